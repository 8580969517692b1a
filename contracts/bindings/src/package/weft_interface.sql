{# Written by weft. The models of this package represent the tables of another project. dbt reads them and never builds them. #}

{% materialization weft_interface, default %}
  {% call noop_statement('main', 'NOOP') %}{% endcall %}
  {{ return({'relations': []}) }}
{% endmaterialization %}

{% macro weft_refusal(node) %}
  {% set message = "'" ~ node.package_name ~ "." ~ node.name ~ "' belongs to another project. This project reads it and never builds it. " %}
  {% if node.config.materialized == 'weft_interface' %}
    {% do return(message ~ "Exclude it from this command: --exclude package:" ~ node.package_name) %}
  {% endif %}
  {% do return(message ~ "This project sets materialized: " ~ node.config.materialized ~ " for it. Set in its dbt_project.yml:  models: {"
    ~ node.package_name ~ ": {+materialized: weft_interface}}") %}
{% endmacro %}

{# The pre-hook. `dbt clone` runs it; the materialization above does not. #}
{% macro weft_refuse_to_run() %}
  {% if execute %}{% do exceptions.raise_compiler_error(weft_refusal(model)) %}{% endif %}
{% endmacro %}

{# The SQL of every model in this package. #}
{% macro weft_body() %}
  {% if execute and model.config.materialized != 'weft_interface' %}{% do exceptions.raise_compiler_error(weft_refusal(model)) %}{% endif %}
  {% if execute %}{% do weft_refuse_without_quotes(model, (model.config.meta or {}).get('weft') or {}) %}{% endif %}
  {% do return('select * from weft_interface_is_not_built') %}
{% endmacro %}
