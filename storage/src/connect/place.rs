//! The place of a store as people may see it.

/// What may be shown of a store's URL: of `postgres://` the user, host, port and database, and
/// of `sqlite:` the path. The password is left out, and so are all parameters, since libpq takes
/// a password among them too. Where an unescaped `@`, `/` or `?` leaves open what is part of the
/// password, less is shown.
///
/// ```
/// let shown = storage::shown_url("postgres://weir:s3cret@db:5432/weir?password=s3cret");
/// assert_eq!(shown, "postgres://weir@db:5432/weir");
/// ```
#[must_use]
pub fn shown_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return match url.split_once(':') {
            Some(("sqlite", path)) => format!("sqlite:{}", until(path, &['?'])),
            Some((scheme, _)) if is_word(scheme) => format!("{scheme}:{HIDDEN}"),
            _ => HIDDEN.to_owned(),
        };
    };
    if !is_word(scheme) {
        return HIDDEN.to_owned();
    }
    if scheme == "sqlite" {
        return format!("{scheme}://{}", until(rest, &['?']));
    }
    let authority = until(rest, &['/', '?', '#']);
    let after = rest.strip_prefix(authority).unwrap_or_default();
    let (user, host) = match authority.rsplit_once('@') {
        Some((credentials, host)) => (Some(until(credentials, &[':'])), host),
        None => (None, authority),
    };
    // An `@` further on may be the one before the host, and a port that is no number a password.
    if after.contains('@') || !has_plain_port(host) {
        return format!("{scheme}://{HIDDEN}");
    }
    let database = until(after, &['?', '#']);
    match user {
        Some(user) => format!("{scheme}://{user}@{host}{database}"),
        None => format!("{scheme}://{host}{database}"),
    }
}

/// Stands for what is not shown.
const HIDDEN: &str = "(not shown)";

fn until<'a>(text: &'a str, ends: &[char]) -> &'a str {
    text.split(ends).next().unwrap_or_default()
}

fn is_word(scheme: &str) -> bool {
    !scheme.is_empty() && scheme.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

/// Whether each of the hosts, which libpq lets be several, has a number for its port, or none.
fn has_plain_port(hosts: &str) -> bool {
    hosts.split(',').all(|host| {
        // The colons in the brackets are of an IPv6 address.
        let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
        let port = after.split_once(':').map_or("", |(_, port)| port);
        port.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_host_port_and_database_are_shown() {
        for (url, shown) in [
            ("postgres://weir:secret@db/weir", "postgres://weir@db/weir"),
            ("postgres://weir:open@secret@db:5432/weir", "postgres://weir@db:5432/weir"),
            ("postgresql://db/weir?user=weir&password=secret", "postgresql://db/weir"),
            ("postgres://weir@db?password=secret", "postgres://weir@db"),
            ("postgres://weir:secret@[::1]:5432/weir", "postgres://weir@[::1]:5432/weir"),
            ("postgres://weir:secret@%2Frun/weir", "postgres://weir@%2Frun/weir"),
            ("sqlite:/var/lib/weir.db", "sqlite:/var/lib/weir.db"),
            ("sqlite:///var/lib/weir.db?key=secret", "sqlite:///var/lib/weir.db"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
    }

    #[test]
    fn a_password_is_never_shown_however_it_is_written() {
        for url in [
            "postgres://weir:se/secret@db/weir",
            "postgres://weir:a@b/secret@db/weir",
            "postgres://weir:se?secret@db/weir",
            "postgres://weir:secret",
            "postgres://db/weir?password=a@secret",
            "postgres:weir:secret@db",
            "host=db user=weir password=secret",
            "host=db password=secret options=a:b",
            "host=db password=secret://",
            "postgress://weir:secret@db/weir",
        ] {
            let shown = shown_url(url);
            assert!(!shown.contains("secret"), "{url} is shown as {shown}");
        }
    }
}
