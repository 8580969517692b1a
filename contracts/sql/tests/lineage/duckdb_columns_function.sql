-- plans(id, price_net, price_gross, note)
select columns('^price'), columns(['id', 'note']) from plans where columns('net$') > 1
