-- "Shop"."Orders"("Order ID", amount)
select "Order ID" as "The Order", T.Amount from "Shop"."Orders" as t
