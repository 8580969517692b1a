{# Written by weft. Each model's meta.weft has the place of its table. No setting of the downstream project changes that place. #}

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

{# dbt 1 runs this while it parses, before it could build anything. dbt 2 ignores what is raised here, so there the body raises it. #}
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

{# A name with a space, for example, means something else without quotes. This looks at what dbt renders, because quotes depend on the engine and on `quoting:`. #}
{% macro weft_refuse_without_quotes(node, at) %}
  {% if at.quoted %}
    {% for part in (api.Relation.create(database='a', schema='b', identifier='c') | string).split('.') %}
      {% if part in ['a', 'b', 'c'] %}
        {% do exceptions.raise_compiler_error("'" ~ node.package_name ~ "." ~ node.name ~ "' has a table whose name needs quotes,"
          ~ " and this project's dbt writes names without quotes. Set in its dbt_project.yml:  quoting: {database: true, schema: true, identifier: true}") %}
      {% endif %}
    {% endfor %}
  {% endif %}
{% endmacro %}
