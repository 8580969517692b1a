//! The way in, from dbt's profile.

use super::Contracts;
use crate::stories::database::Database;

const CONTRACT: &str = "{apiVersion: v3.1.0, kind: DataContract, id: c, version: 1.0.0, status: active,
    servers: [{server: prod, type: postgres, host: SERVER_HOST, database: SERVER_DATABASE}],
    schema: [{name: t, properties: [{name: id, required: true}]}]}";

const PROFILE: &str = "
shop:
  target: \"{{ env_var('SHOP_TARGET', 'dev') }}\"
  outputs:
    dev:
      type: postgres
      host: \"{{ env_var('SHOP_HOST') }}\"
      port: \"{{ env_var('SHOP_PORT', '5432') | as_number }}\"
      user: USER
      password: \"{{ env_var('SHOP_PASSWORD', 'hunter2') }}\"
      dbname: DATABASE
      schema: public
      threads: 2
    other: {type: snowflake, account: x}
    jinja: {type: postgres, host: \"{{ var('x') }}\"}
";

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn dbts_profile_leads_to_the_same_database() {
    let database = Database::with("create table t (id integer); insert into t values (null)");
    let url = database.url();
    let (user, place) = url.split_once("://").unwrap().1.split_once('@').unwrap();
    let user = user.split(':').next().unwrap();
    let (host, port) = place.split_once('/').unwrap().0.split_once(':').unwrap();
    let profile = PROFILE.replace("USER", user).replace("DATABASE", &database.name);
    let variables = [("SHOP_HOST", host), ("SHOP_PORT", port)];
    let project = "{name: shop, profile: shop}";
    let of = |contract: &str| {
        Contracts::of(&[("c.odcs.yaml", contract), ("profiles.yml", &profile), ("dbt_project.yml", project)])
    };
    let told = CONTRACT.replace("SERVER_HOST", host).replace("SERVER_DATABASE", &database.name);
    let without = CONTRACT
        .replace("servers: [{server: prod, type: postgres, host: SERVER_HOST, database: SERVER_DATABASE}],", "");
    for contract in [&told, &without] {
        of(contract).results("", &variables).assert_broken("t required id", 1, &["(0,1)"]);
    }
    let elsewhere = CONTRACT.replace("SERVER_HOST", "db.example.com").replace("SERVER_DATABASE", "shop");
    for (contract, arguments, told) in [
        (&elsewhere, "", "there are no credentials for the server prod"),
        (&without, "--target other", "is of type snowflake"),
        (&without, "--target jinja", "uses Jinja other than"),
        (&without, "--target gone", "has no target gone; it has dev, jinja, other"),
    ] {
        let run = of(contract).verify(arguments, &variables);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(told), "{told}: {run:?}");
        assert!(!format!("{run:?}").contains("hunter2"), "{run:?}");
    }
    let unset = of(&told).verify("", &[]);
    assert!(unset.code == 2 && unset.stderr.contains("the variable SHOP_HOST is not set"), "{unset:?}");
}
