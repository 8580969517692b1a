//! The Jinja of `profiles.yml`, as far as it says a variable: `{{ env_var('X', 'default') | as_number }}`.

/// Why a text cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum JinjaError {
    /// It is other Jinja.
    #[error("`{0}` uses Jinja other than `env_var('X', 'default')`")]
    Other(String),
    /// A variable is not set.
    #[error("the variable {0} is not set")]
    Unset(String),
}

/// Filters that change a value's type, which YAML and URLs do not have.
const FILTERS: [&str; 5] = ["as_number", "as_native", "as_text", "as_bool", "int"];

/// The text with its variables filled in.
pub(super) fn resolve(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String, JinjaError> {
    let other = |what: &str| JinjaError::Other(what.chars().take(80).collect());
    if text.contains("{%") || text.contains("{#") {
        return Err(other(text));
    }
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (expression, behind) = after.split_once("}}").ok_or_else(|| other(text))?;
        let call = env_var(expression).ok_or_else(|| other(expression.trim()))?;
        let value = variable(&call.name).or(call.default).ok_or(JinjaError::Unset(call.name))?;
        resolved.push_str(before);
        resolved.push_str(&value);
        rest = behind;
    }
    Ok(resolved + rest)
}

struct MacroCall {
    name: String,
    default: Option<String>,
}

/// `env_var('X')` or `env_var('X', 'default')`, and filters behind it.
fn env_var(expression: &str) -> Option<MacroCall> {
    let arguments = expression.trim().strip_prefix("env_var")?.trim_start().strip_prefix('(')?;
    let (name, rest) = quoted(arguments)?;
    let (default, rest) = match rest.trim_start().strip_prefix(',') {
        Some(rest) => quoted(rest).map(|(default, rest)| (Some(default), rest))?,
        None => (None, rest),
    };
    let filters = rest.trim_start().strip_prefix(')')?.trim();
    let are_known = filters.split('|').map(str::trim).enumerate().all(|(at, filter)| match at {
        0 => filter.is_empty(),
        _ => FILTERS.contains(&filter),
    });
    are_known.then_some(MacroCall { name, default })
}

/// A text in quotes, and the rest behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let (value, rest) = text[1..].split_once(quote)?;
    (!value.contains('\\')).then(|| (value.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Result<String, JinjaError> {
        resolve(text, |name| (name == "HOST").then(|| "db".to_owned()))
    }

    #[test]
    fn variables_are_filled_in() {
        for (text, value) in [
            ("plain", "plain"),
            ("{{ env_var('HOST') }}", "db"),
            ("{{env_var(\"HOST\")}}.example.com", "db.example.com"),
            ("{{ env_var('PORT', '5432') | as_number }}", "5432"),
            ("{{ env_var( 'PORT' , '5432' ) | int }}/{{ env_var('HOST', 'x') }}", "5432/db"),
        ] {
            assert_eq!(resolved(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn other_jinja_and_unset_variables_are_told() {
        assert_eq!(resolved("{{ env_var('PORT') }}"), Err(JinjaError::Unset("PORT".into())));
        for other in [
            "{{ var('x') }}",
            "{% if x %}",
            "{{ env_var('HOST') | upper }}",
            "{{ env_var(HOST) }}",
            "{{ env_var('HOST'",
            "{# x #}",
        ] {
            assert!(matches!(resolved(other), Err(JinjaError::Other(_))), "{other}");
        }
    }
}
