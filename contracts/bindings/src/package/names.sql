{# Written by weft. Where each model's table stands is in its meta.weft; no setting of the project that reads it moves it. #}

{% macro generate_database_name(custom_database_name=none, node=none) %}
  {% set at = (node.config.meta or {}).get('weft') if node and node.resource_type == 'model' else none %}
  {% if at %}{% do return(at.database) %}{% endif %}
  {% do return(target.database) %}
{% endmacro %}

{% macro generate_schema_name(custom_schema_name, node=none) %}
  {% set at = (node.config.meta or {}).get('weft') if node and node.resource_type == 'model' else none %}
  {% if at %}{% do return(at.schema) %}{% endif %}
  {% do return(target.schema) %}
{% endmacro %}

{# It runs while dbt 1 parses, before anything could be built; dbt 2 swallows what is raised here, so there the body does it. #}
{% macro generate_alias_name(custom_alias_name=none, node=none) %}
  {% if node and node.resource_type == 'model' and node.config.materialized != 'weft_interface' and dbt_version.startswith('1.') %}
    {% do exceptions.raise_compiler_error(weft_refusal(node)) %}
  {% endif %}
  {% set at = (node.config.meta or {}).get('weft') if node and node.resource_type == 'model' else none %}
  {% if at %}
    {% if dbt_version.startswith('1.') %}{% do weft_refuse_without_quotes(node, at) %}{% endif %}
    {% do return(at.alias) %}
  {% endif %}
  {% do return(custom_alias_name or node.name) %}
{% endmacro %}

{# A name with a space, say, means another thing without quotes. Whether this dbt writes quotes is looked at, not asked: it hangs on the engine and on `quoting:`. #}
{% macro weft_refuse_without_quotes(node, at) %}
  {% if at.quoted %}
    {% for part in (api.Relation.create(database='a', schema='b', identifier='c') | string).split('.') %}
      {% if part in ['a', 'b', 'c'] %}
        {% do exceptions.raise_compiler_error("'" ~ node.package_name ~ "." ~ node.name ~ "' stands in a table whose name needs quotes,"
          ~ " and this project's dbt writes names without. Set in its dbt_project.yml:  quoting: {database: true, schema: true, identifier: true}") %}
      {% endif %}
    {% endfor %}
  {% endif %}
{% endmacro %}
