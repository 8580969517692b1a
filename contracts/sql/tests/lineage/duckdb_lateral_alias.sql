-- orders(id, net, tax)
select id, net + tax as gross, gross * 2 as twice from orders where gross > 10
