{# A relation goes to the schema its project configures, with no prefix from the profile. #}
{% macro generate_schema_name(custom_schema_name, node) %}
  {%- do return(custom_schema_name or target.schema) -%}
{% endmacro %}
