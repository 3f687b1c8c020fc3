//! What every mistake on the command line and in the configuration is answered with, and what
//! each command does to the store.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt as _;

use support::Installation;

fn mode(installation: &Installation, name: &str) -> u32 {
    std::fs::metadata(installation.path(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn init_makes_an_installation_and_never_overwrites_one() {
    let installation = Installation::empty();
    let said = installation.weir(&["init"]).well();
    for name in ["weir.toml", "weir.key", "weir.key.class", "weir.db"] {
        assert!(installation.path(name).exists(), "{name}: {said:?}");
    }
    assert_eq!(mode(&installation, "weir.key"), 0o600);
    assert_eq!(mode(&installation, "weir.key.class"), 0o600);
    let config = std::fs::read(installation.path("weir.toml")).unwrap();
    let key = std::fs::read(installation.path("weir.key")).unwrap();

    installation.weir(&["init"]).refused(1, &["weir.toml exists already", "--config"]);
    installation.weir(&["init", "--if-missing"]).well();
    assert_eq!(std::fs::read(installation.path("weir.toml")).unwrap(), config);
    assert_eq!(std::fs::read(installation.path("weir.key")).unwrap(), key);

    std::fs::remove_file(installation.path("weir.toml")).unwrap();
    installation.weir(&["init"]).refused(1, &["weir.key", "weir.db", "without a configuration"]);
    assert_eq!(std::fs::read(installation.path("weir.key")).unwrap(), key);
}

#[test]
fn init_puts_the_data_where_it_is_told() {
    let installation = Installation::empty();
    installation.weir(&["--config", "etc/my.toml", "init", "--data-dir", "var"]).well();
    assert!(installation.path("var/weir.db").exists());
    assert!(!installation.path("etc/weir.db").exists());
    installation.weir(&["--config", "etc/my.toml", "plan", "list"]).well();
    let said = installation.weir(&["config", "check"]);
    said.refused(1, &["no configuration", "weir init", "--config"]);
    installation.weir(&["init", "--data-dir", "other"]).well();
    assert!(installation.path("other/weir.toml").exists());
}

#[test]
fn init_refuses_the_journal_of_another_store() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    server.log_in("ann", "wrong");
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    for file in ["weir.toml", "weir.db", "weir.key", "weir.key.class"] {
        std::fs::remove_file(installation.path(file)).unwrap();
    }
    let said = installation.weir(&["init"]);
    said.refused(1, &["journal", "another store", "move it away", "--data-dir"]);
    assert!(!installation.path("weir.key").exists());
    std::fs::rename(installation.path("journal"), installation.path("old")).unwrap();
    installation.weir(&["init"]).well();
}

#[test]
fn an_init_that_fails_leaves_nothing_in_the_way_of_the_next() {
    let installation = Installation::empty();
    // The last file of all cannot be made: its name is a link to nowhere.
    let path = installation.path("weir.toml");
    std::os::unix::fs::symlink("/nowhere/weir.toml", &path).unwrap();
    installation.weir(&["init"]).refused(1, &["cannot write", "weir.toml"]);
    let left: Vec<_> = std::fs::read_dir(installation.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["weir.toml"]);
    std::fs::remove_file(&path).unwrap();
    installation.weir(&["init"]).well();
}

#[test]
fn the_printed_configuration_is_one_that_can_be_read() {
    let installation = Installation::new();
    let printed = installation.weir(&["config", "print"]).well().out;
    assert!(printed.contains("authentication = \"127.0.0.1:0\""), "{printed}");
    std::fs::write(installation.path("printed.toml"), &printed).unwrap();
    let again = installation.weir(&["--config", "printed.toml", "config", "print"]).well().out;
    assert_eq!(again, printed);
    let defaults = installation.weir(&["config", "print", "--defaults"]).well().out;
    assert!(defaults.contains("#duplicate_lifetime_s = 15"), "{defaults}");
    installation.weir(&["config", "check"]).well();
    installation.configure(
        "#url = \"sqlite:weir.db\"",
        "url = \"postgres://weir:hunter2@db/weir?password=hunter2\"",
    );
    let printed = installation.weir(&["config", "print"]).well().out;
    assert!(printed.contains("url = \"postgres://weir@db/weir\""), "{printed}");
}

#[test]
fn a_mistake_in_the_configuration_is_told_with_its_line_and_the_right_key() {
    let installation = Installation::new();
    let text = std::fs::read_to_string(installation.path("weir.toml")).unwrap();
    installation.configure("#retention_h = 24", "retension_h = 24");
    let line = text.lines().position(|line| line == "#retention_h = 24").unwrap() + 1;
    let place = format!("weir.toml, line {line}: ");
    for command in [["config", "check"], ["plan", "list"], ["config", "print"]] {
        let said = installation.weir(&command);
        said.refused(1, &[&place, "retension_h", "did you mean `retention_h`?"]);
    }
    installation.weir(&["serve"]).refused(1, &[&place]);
    installation.configure("retension_h = 24", "retention_h = 0");
    installation.weir(&["config", "check"]).refused(1, &[&place, "1 to 8784"]);
    installation.configure("retention_h = 0", "retention_h = \"long\"");
    installation.weir(&["config", "check"]).refused(1, &[&place, "[journal] retention_h", "u32"]);
}

#[test]
fn a_dictionary_that_cannot_be_read_is_told_with_its_line() {
    let installation = Installation::new();
    std::fs::write(installation.path("extra"), "ATTRIBUTE My-Thing 300000 nothing\n").unwrap();
    installation.configure("#files = []", "files = [\"extra\"]");
    installation.weir(&["config", "check"]).refused(1, &["extra", "1"]);
    installation.weir(&["serve"]).refused(1, &["extra"]);
}

#[test]
fn what_exists_is_not_added_again() {
    let installation = Installation::with_subscriber();
    for (command, words) in [
        (vec!["plan", "add", "home"], "plan `home` already exists"),
        (vec!["nas", "add", "edge", "--address", "10.0.0.1"], "NAS `edge` already exists"),
        (vec!["subscriber", "add", "ann"], "subscriber `ann` already exists"),
        (
            vec!["service", "add", "ann", "--plan", "home", "--password", "x"],
            "service `ann` already exists",
        ),
    ] {
        installation.weir(&command).refused(1, &[words]);
        let lenient = [command.as_slice(), &["--if-missing"]].concat();
        let said = installation.weir(&lenient).well();
        assert!(said.out.contains("exists already"), "{said:?}");
    }
    let plans = installation.weir(&["plan", "list", "--json"]).well().out;
    assert!(plans.contains("\"download_bps\": 10000000"), "{plans}");
}

#[test]
fn an_unknown_name_is_answered_with_the_right_one() {
    let installation = Installation::with_subscriber();
    let add = ["service", "add", "bob", "--plan", "hme", "--password", "x"];
    installation.weir(&add).refused(1, &["no plan called `hme`", "did you mean `home`?"]);
    let add = ["nas", "add", "b", "--address", "10.0.0.2", "--listener", "defualt"];
    installation.weir(&add).refused(1, &["no listener `defualt`", "`default`"]);
    let add = ["nas", "add", "b", "--address", "10.0.0.2", "--dialect", "mikrotic"];
    installation.weir(&add).refused(1, &["no dialect `mikrotic`", "did you mean `mikrotik`?"]);
    installation.weir(&["service", "show", "anm"]).refused(1, &["`anm`", "`ann`"]);
    installation.weir(&["--tenant", "other", "plan", "list"]).refused(1, &["tenant", "`other`"]);
}

#[test]
fn arguments_that_make_no_sense_are_usage_errors() {
    let installation = Installation::with_subscriber();
    for (command, words) in [
        (vec!["plan", "add", "x", "--download", "10X"], "512k, 10M or 1G"),
        (vec!["plan", "add", "x", "--session-timeout", "60"], "60s"),
        (vec!["service", "set", "ann", "--valid-until", "soon"], "2026-12-31"),
        (vec!["service", "set", "ann", "--address", "10.0.0"], "IPv4"),
        (vec!["service", "set", "ann", "--nt-hash", "hunter2"], "32 hexadecimal digits"),
        (vec!["nas", "add", "x"], "--address"),
        (vec!["nas", "set", "edge", "--message-authenticator", "on"], "required"),
        (vec!["sesions"], "sessions"),
        (vec!["test-auth", "ann"], "--password"),
        (
            vec!["service", "add", "b", "--plan", "home", "--password", "a", "--password-stdin"],
            "cannot be used with",
        ),
    ] {
        let said = installation.weir(&command).refused(2, &[words]);
        assert_eq!(said.out, "", "{command:?}");
    }
    for command in
        [vec!["plan", "set", "home"], vec!["nas", "set", "edge"], vec!["service", "set", "ann"]]
    {
        installation.weir(&command).refused(1, &["nothing to set"]);
    }
    installation.weir(&["plan", "add", "x", "--download", "1M"]).refused(1, &["--upload"]);
    let add = ["service", "add", "bob", "--plan", "home"];
    installation.weir(&add).refused(1, &["--password, --password-stdin or --nt-hash"]);
}

#[test]
fn secrets_are_made_strong_shown_once_and_never_listed() {
    let installation = Installation::new();
    let said = installation.weir(&["nas", "add", "a", "--address", "10.0.0.1"]).well();
    let secret = said.out.lines().find_map(|line| line.strip_prefix("secret: ")).unwrap();
    assert!(secret.len() >= 20, "{secret}");
    let weak = ["nas", "add", "b", "--address", "10.0.0.2", "--secret", "shorty"];
    let said = installation.weir(&weak).well();
    assert!(said.err.contains("warning") && !said.err.contains("shorty"), "{said:?}");
    let set = ["nas", "set", "b", "--secret-stdin"];
    let said = installation.weir_reading(&set, "a much longer secret\n").well();
    assert!(!said.err.contains("warning") && !said.out.contains("longer"), "{said:?}");
    for list in [["nas", "list"].as_slice(), &["nas", "list", "--json"]] {
        let said = installation.weir(list).well();
        assert!(said.out.contains("set"), "{said:?}");
        assert!(!said.out.contains(secret) && !said.out.contains("shorty"), "{said:?}");
    }
}

#[test]
fn a_plan_is_changed_only_where_it_is_told() {
    let installation = Installation::with_subscriber();
    installation.weir(&["plan", "set", "home", "--upload", "5M", "--pool", "p1"]).well();
    let list = installation.weir(&["plan", "list"]).well().out;
    assert!(list.contains("home") && list.contains("10M") && list.contains("5M"), "{list}");
    installation.weir(&["plan", "set", "home", "--pool", "none"]).well();
    let json = installation.weir(&["plan", "list", "--json"]).well().out;
    assert!(json.contains("\"pool\": null") && json.contains("5000000"), "{json}");
    installation.weir(&["plan", "remove", "home"]).refused(1, &["in use"]);
    installation.weir(&["service", "remove", "ann"]).well();
    installation.weir(&["plan", "remove", "home"]).well();
}

#[test]
fn services_and_subscribers_are_shown_together() {
    let installation = Installation::with_subscriber();
    installation.weir(&["subscriber", "add", "acme", "--full-name", "ACME Ltd"]).well();
    let add =
        ["service", "add", "acme-1", "--plan", "home", "--subscriber", "acme", "--password-stdin"];
    installation.weir_reading(&add, "pw\n").well();
    let set = ["service", "set", "acme-1", "--valid-until", "2030-01-01", "--address", "10.1.2.3"];
    installation.weir(&set).well();
    installation.weir(&["service", "suspend", "acme-1"]).well();
    let show = installation.weir(&["subscriber", "show", "acme"]).well().out;
    for word in ["ACME Ltd", "acme-1", "suspended", "2030-01-01", "10.1.2.3"] {
        assert!(show.contains(word), "{word}: {show}");
    }
    assert!(!show.contains("ann"), "{show}");
    installation.weir(&["service", "resume", "acme-1"]).well();
    let list = installation.weir(&["service", "list", "--plan", "home"]).well().out;
    assert!(list.contains("acme-1") && !list.contains("suspended"), "{list}");
    let never = ["service", "set", "acme-1", "--valid-from", "2031-01-01"];
    installation.weir(&never).refused(1, &["never be valid"]);
    installation.weir(&["subscriber", "remove", "acme"]).refused(1, &["in use"]);
}

#[test]
fn an_import_is_all_or_nothing() {
    let installation = Installation::with_subscriber();
    let file = installation.path("new.csv");
    std::fs::write(&file, "login,password,plan\nbob,pw,home\ncid,pw,hme\n").unwrap();
    let import = ["service", "import", "new.csv"];
    installation.weir(&import).refused(1, &["new.csv, line 3: ", "`home`", "nothing was imported"]);
    installation.weir(&["service", "show", "bob"]).refused(1, &["bob"]);

    std::fs::write(&file, "login,password,plan\nbob,pw,home\nann,pw,home\n").unwrap();
    installation.weir(&import).refused(1, &["line 3: ", "already exists"]);
    let said = installation.weir(&[import.as_slice(), &["--if-missing"]].concat()).well();
    assert!(said.out.contains("1 services added, 1 left as they were"), "{said:?}");
    installation.weir(&["service", "show", "bob"]).well();
    installation.weir(&["service", "import", "none.csv"]).refused(1, &["none.csv"]);
}

#[test]
fn a_missing_key_file_has_its_own_message() {
    let installation = Installation::new();
    let key = std::fs::read(installation.path("weir.key")).unwrap();
    std::fs::remove_file(installation.path("weir.key")).unwrap();
    for command in [["plan", "list"].as_slice(), &["serve"]] {
        installation.weir(command).refused(1, &["weir.key", "weir init"]);
    }
    std::fs::write(installation.path("weir.key"), key).unwrap();
    let open_to_all = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(installation.path("weir.key"), open_to_all).unwrap();
    installation.weir(&["serve"]).refused(1, &["weir.key", "600"]);
}

#[test]
fn a_missing_store_is_not_made_by_accident() {
    let installation = Installation::new();
    std::fs::remove_file(installation.path("weir.db")).unwrap();
    for command in [["plan", "list"].as_slice(), &["serve"]] {
        installation.weir(command).refused(1, &["no store at", "weir.db", "weir init"]);
    }
    assert!(!installation.path("weir.db").exists());
}

#[test]
fn a_read_only_store_has_its_own_message() {
    let installation = Installation::new();
    let read_only = std::fs::Permissions::from_mode(0o400);
    std::fs::set_permissions(installation.path("weir.db"), read_only).unwrap();
    for command in [["plan", "add", "x"].as_slice(), &["serve"]] {
        installation.weir(command).refused(1, &["weir.db", "cannot be written", "right to write"]);
    }
}

#[test]
fn a_store_from_a_newer_version_is_refused_and_not_changed() {
    let installation = Installation::new();
    let path = installation.path("weir.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
        let mut connection = options.connect().await.unwrap();
        let insert = "insert into seaql_migrations (version, applied_at) values ('m9999_later', 0)";
        connection.execute(insert).await.unwrap();
        connection.execute("pragma wal_checkpoint(truncate)").await.unwrap();
        connection.close().await.unwrap();
    });
    let before = std::fs::read(&path).unwrap();
    for command in [["plan", "list"].as_slice(), &["serve"], &["init", "--if-missing"]] {
        installation.weir(command).refused(1, &["weir.db", "newer version", "m9999_later"]);
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_port_in_use_has_its_own_message() {
    let installation = Installation::new();
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    installation
        .configure("authentication = \"127.0.0.1:0\"", &format!("authentication = \"{address}\""));
    installation.weir(&["serve"]).refused(1, &[&address, "in use"]);
    assert!(!installation.path("weir.sock").exists(), "the control socket stays behind");
}

#[test]
fn what_needs_a_server_says_so() {
    let installation = Installation::with_subscriber();
    installation.weir(&["status"]).refused(1, &["no server is running", "weir serve"]);
    installation.weir(&["nas", "unknown"]).refused(1, &["no server is running"]);
    let said = installation.weir(&["sessions"]).well();
    assert!(said.out.contains("from the store, as no server is running"), "{said:?}");
    let said = installation.weir(&["plan", "add", "more"]).well();
    assert!(said.out.contains("no server is running"), "{said:?}");
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = silent.local_addr().unwrap().to_string();
    let test = [
        "test-auth",
        "ann",
        "--password",
        "x",
        "--server",
        &server,
        "--secret",
        "s",
        "--timeout",
        "1s",
    ];
    installation.weir(&test).refused(2, &["no answer", "weir nas unknown"]);
}

#[test]
fn tenants_do_not_see_each_other() {
    let installation = Installation::with_subscriber();
    installation.weir(&["tenant", "add", "other"]).well();
    let list = installation.weir(&["--tenant", "other", "service", "list"]).well().out;
    assert!(!list.contains("ann"), "{list}");
    // `--tenant` is not about tenants themselves, and not in the way of them.
    let set = ["--tenant", "nobody", "tenant", "set", "other", "--time-zone", "asia/tokyo"];
    let said = installation.weir(&set).well();
    assert!(said.out.contains("tenant `other` changed: Asia/Tokyo"), "{said:?}");
    let set = ["tenant", "set", "othr", "--time-zone", "UTC"];
    installation.weir(&set).refused(1, &["no tenant called `othr`", "did you mean `other`?"]);
    let list = installation.weir(&["tenant", "list"]).well().out;
    assert!(
        list.lines().any(|line| line.contains("other") && line.contains("Asia/Tokyo")),
        "{list}"
    );
    assert!(list.contains("default") && list.contains("other"), "{list}");
}

#[test]
fn a_reader_that_goes_is_no_failure() {
    let installation = Installation::with_subscriber();
    let mut child = installation.start(&["config", "print", "--defaults"]);
    drop(child.stdout.take());
    let said: support::Said = child.wait_with_output().unwrap().into();
    said.well();
}

#[test]
fn a_log_in_is_explained_step_by_step() {
    let installation = Installation::new();
    let weir = |arguments: &[&str]| installation.weir(arguments);
    weir(&["plan", "add", "home", "--download", "10M", "--upload", "2M"]).well();
    weir(&["service", "add", "alice", "--plan", "home", "--password", "x"]).well();
    weir(&["explain", "alice"]).refused(1, &["weir nas add"]);
    weir(&["nas", "add", "edge-1", "--address", "192.0.2.1", "--secret", "s3cret"]).well();
    let said = weir(&["explain", "alice"]).well().out;
    for words in ["at NAS edge-1", "on plan home", "mikrotik", "active", "for ever", "accepted"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(said.contains("  Mikrotik-Rate-Limit = \"2M/10M\"\n"), "{said}");
    assert!(!said.contains("NO  "), "{said}");

    let cisco = ["--address", "192.0.2.2", "--secret", "s3cret", "--dialect", "cisco"];
    weir(&[["nas", "add", "edge-2"].as_slice(), &cisco].concat()).well();
    weir(&["explain", "alice"]).refused(1, &["--nas", "edge-1, edge-2"]);
    let police = "QU;2000000;250000;500000;D;10000000;1250000;2500000";
    let said = weir(&["explain", "alice", "--nas", "edge-2"]).well().out;
    assert!(said.contains(&format!("  Cisco-Account-Info = \"{police}\"\n")), "{said}");

    weir(&["service", "set", "alice", "--valid-until", "2026-01-01"]).well();
    let late = weir(&["explain", "alice", "--nas", "edge-1"]).well().out;
    assert!(late.contains("NO  validity") && late.contains("which is over"), "{late}");
    assert!(late.contains("quarantined") && late.contains("Mikrotik-Address-List"), "{late}");
    let then = ["explain", "alice", "--nas", "edge-1", "--at", "2025-12-31"];
    assert!(weir(&then).well().out.contains("accepted"));

    let unknown = weir(&["--json", "explain", "bob", "--nas", "edge-1"]);
    let json: serde_json::Value = serde_json::from_str(&unknown.out).unwrap();
    assert_eq!(json["reason"], "unknown_login");
    assert_eq!(json["checks"][0]["passed"], false);
    assert_eq!(unknown.code, Some(1));
    weir(&["explain", "alice", "--nas", "egde-1"]).refused(1, &["did you mean `edge-1`?"]);
}

#[test]
fn a_log_in_is_explained_by_its_line_its_address_and_to_the_router() {
    let installation = Installation::with_subscriber();
    let weir = |arguments: &[&str]| installation.weir(arguments);
    weir(&["service", "set", "ann", "--address", "10.7.0.9"]).well();
    weir(&["line", "add", "ann", "--circuit-id", "olt-1/2"]).well();
    weir(&["line", "add", "ann", "--port", "ge-0/0/1:7", "--nas", "edge"]).well();
    let identify = "dhcp: circuit-id, remote-id, port, address, user-name; login: user-name";
    weir(&["nas", "set", "edge", "--identify", identify]).well();
    let by = |arguments: &[&str]| weir(&[&["explain"], arguments].concat());
    for (arguments, word) in [
        (["--circuit-id", "olt-1/2"], "by its circuit-id"),
        (["--nas-port-id", "ge-0/0/1:7"], "by its port"),
        (["--address", "10.7.0.9"], "by its address"),
    ] {
        let said = by(&[&arguments[..], &["--access", "dhcp"]].concat()).well().out;
        assert!(said.contains(word) && said.contains("accepted: accepted"), "{said}");
        assert!(!said.contains("password"), "{said}");
    }
    let strange = by(&["--remote-id", "nobody", "--access", "dhcp"]).refused(1, &[]).out;
    assert!(strange.contains("no service has this line"), "{strange}");
    // Elsewhere a line says nothing.
    let ppp = by(&["ann", "--circuit-id", "olt-1/2", "--access", "ppp"]).well().out;
    assert!(ppp.contains("accepted, if the password is right"), "{ppp}");
    weir(&["service", "suspend", "ann"]).well();
    let ppp = by(&["ann", "--access", "ppp"]).well().out;
    assert!(ppp.contains("quarantined"), "{ppp}");
    for router in ["login", "administrative"] {
        let said = by(&["ann", "--access", router]).refused(1, &[]).out;
        assert!(said.contains("rejected: the service is suspended"), "{said}");
    }
    by(&[]).refused(2, &["LOGIN"]);
}

/// The exchange of RFC 2865 §7.1.
#[test]
fn a_packet_is_opened_and_checked_with_its_secret() {
    const SECRET: [&str; 2] = ["--secret", "xyzzy5461"];
    const AUTHENTICATOR: &str = "0f403f9473978057bd83d5cb98f4227a";
    let request = format!(
        "01000038{AUTHENTICATOR}01066e656d6f02120dbe708d93d413ce3196e43f782a0aee\
         0406c0a8011005060000 0003"
    );
    let reply = "0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103";
    let installation = Installation::empty();
    let decode = |arguments: &[&str]| {
        installation.weir(&[["dict", "decode"].as_slice(), arguments].concat())
    };

    let closed = decode(&[&request]).well().out;
    assert!(closed.contains("# User-Password, hidden"), "{closed}");
    let open = decode(&[&[&*request], SECRET.as_slice()].concat()).well().out;
    assert!(open.contains("User-Password = \"arctangent\""), "{open}");
    assert!(open.contains("Message-Authenticator is absent"), "{open}");

    let of_request = [&[reply], SECRET.as_slice(), &["--authenticator", AUTHENTICATOR]].concat();
    assert!(decode(&of_request).well().out.contains("the authenticator is right"));
    let wrong = [reply, "--secret", "xyzzy", "--authenticator", AUTHENTICATOR];
    assert!(decode(&wrong).well().out.contains("the authenticator is wrong for this secret"));
    let alone = decode(&[&[reply], SECRET.as_slice()].concat()).well().out;
    assert!(alone.contains("not checked") && alone.contains("Service-Type"), "{alone}");
    decode(&[reply, "--authenticator", AUTHENTICATOR]).refused(2, &["--secret"]);
    let short = [&[reply], SECRET.as_slice(), &["--authenticator", "0f"]].concat();
    decode(&short).refused(1, &["32 hexadecimal digits"]);
}

#[test]
fn the_dictionary_is_shown_checked_and_used_both_ways() {
    let installation = Installation::empty();
    let shown = installation.weir(&["dict", "show", "acct-status-type"]).well().out;
    assert!(shown.contains("Acct-Status-Type") && shown.contains("Interim-Update"), "{shown}");
    let shown = installation.weir(&["dict", "show", "Mikrotik"]).well().out;
    assert!(shown.contains("14988") && shown.contains("Mikrotik-Rate-Limit"), "{shown}");
    installation
        .weir(&["dict", "show", "Framed-IP-Adress"])
        .refused(1, &["did you mean `Framed-IP-Address`?"]);
    let listed = installation.weir(&["dict", "list"]).well().out;
    assert!(listed.contains("Microsoft") && listed.contains("311"), "{listed}");

    let text = "User-Name = \"bob\", Mikrotik-Rate-Limit = \"1M/2M\", NAS-Port = 7";
    let hex = installation.weir(&["dict", "encode", text]).well().out;
    let decoded = installation.weir(&["dict", "decode", hex.trim()]).well().out;
    for pair in text.split(", ") {
        assert!(decoded.contains(pair), "{pair}: {decoded}");
    }
    let hidden = ["dict", "encode", "User-Password = \"x\""];
    installation.weir(&hidden).refused(1, &["User-Password", "--secret"]);
    let zeros = "0".repeat(32);
    let with = [hidden.as_slice(), &["--secret", "s", "--authenticator", &zeros]].concat();
    assert!(installation.weir(&with).well().out.starts_with("0212"));
    installation.weir(&["dict", "encode", "User-Nam = x"]).refused(1, &["User-Name"]);
    installation.weir(&["dict", "decode", "01ff"]).refused(1, &["no RADIUS packet"]);
    installation.weir(&["dict", "decode", "xyz"]).refused(1, &["hexadecimal"]);

    std::fs::write(installation.path("good"), "ATTRIBUTE X-Thing 240 string\n").unwrap();
    let said = installation.weir(&["dict", "check", "good"]).well();
    assert!(said.out.contains("1 attributes"), "{said:?}");
    std::fs::write(installation.path("bad"), "\nATRIBUTE X-Thing 240 string\n").unwrap();
    let caret = ["bad:2:1", "ATTRIBUTE", "  2 | ATRIBUTE X-Thing 240 string\n    | ^^^^^^^^"];
    installation.weir(&["dict", "check", "bad"]).refused(1, &caret);
}

/// Huawei's rates are 32 bits wide, and a filter's name is as long as an attribute.
#[test]
fn what_a_nas_cannot_be_told_is_refused_by_name() {
    let installation = Installation::empty();
    installation.weir(&["init"]).well();
    let weir = |args: &[&str]| installation.weir(args);
    let words = ["Huawei-Output-Average-Rate", "5000000000", "4294967295", "group"];
    weir(&["nas", "add", "me60", "--address", "192.0.2.1", "--dialect", "huawei"]).well();
    weir(&["plan", "add", "fibre", "--download", "1G", "--upload", "1G"]).well();
    weir(&["plan", "set", "fibre", "--download", "5G"]).refused(1, &words);
    weir(&["plan", "set", "fibre", "--download", "5G"]).refused(1, &["NAS `me60`"]);
    weir(&["plan", "add", "fast", "--download", "5G", "--upload", "1G"]).refused(1, &words);
    let long = "x".repeat(254);
    weir(&["plan", "set", "fibre", "--address-list", &long]).refused(1, &["Filter-Id", "253"]);
    let shown = weir(&["plan", "list"]).well().out;
    assert!(shown.contains("fibre") && !shown.contains("5G") && !shown.contains("fast"), "{shown}");
    // A profile on the router in place of the rates.
    weir(&["plan", "set", "fibre", "--download", "5G", "--group", "gold5g"]).well();
    weir(&["plan", "set", "fibre", "--group", "none"]).refused(1, &words);

    // A router of another vendor takes it, and must not become one that does not.
    weir(&["nas", "remove", "me60"]).well();
    weir(&["plan", "set", "fibre", "--group", "none"]).well();
    weir(&["nas", "add", "edge", "--address", "192.0.2.2"]).well();
    let set = weir(&["nas", "set", "edge", "--dialect", "huawei"]);
    set.refused(1, &["plan `fibre`", "Huawei-Output-Average-Rate"]);
    let add = weir(&["nas", "add", "me60", "--address", "192.0.2.1", "--dialect", "huawei"]);
    add.refused(1, &["plan `fibre`", "Huawei-Output-Average-Rate"]);
}

#[test]
fn the_quotas_of_a_plan_are_set_changed_and_shown() {
    let installation = Installation::with_subscriber();
    let quota = r#"name=monthly,window=month,allowance=500GB,free="01:00-06:00""#;
    let mut set = vec!["plan", "set", "home", "--quota", quota, "--tier", "monthly:80%=notify"];
    set.extend(["--tier", "monthly:100%=1M/2M", "--tier", "monthly:150%=quarantine"]);
    set.extend(["--when-withheld-for", "quota=quarantine,list:used-up,5m"]);
    installation.weir(&set).well();
    let show = installation.weir(&["plan", "show", "home"]).well().out;
    let words = "monthly: 500GB a month, free daily 01:00-06:00, 80% notify, 100% 1M/2M, \
                 150% quarantine";
    assert!(show.contains(words), "{show}");
    let list = installation.weir(&["plan", "list"]).well().out;
    assert!(list.contains("monthly 500GB"), "{list}");
    let change = ["plan", "set", "home", "--quota", "name=monthly,allowance=1TB,window=cycle"];
    installation.weir(&[&change[..], &["--tier", "monthly:80%=none"]].concat()).well();
    let json = installation.weir(&["plan", "show", "home", "--json"]).well().out;
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(plan["quotas"][0]["allowance_octets"], 1_000_000_000_000_u64);
    assert_eq!(plan["quotas"][0]["window"], "cycle");
    let throttle = serde_json::json!({
        "percent": 100, "action": "throttle", "upload_bps": 1_000_000, "download_bps": 2_000_000,
    });
    assert_eq!(plan["quotas"][0]["tiers"][0], throttle);
    assert_eq!(plan["when_withheld_for"]["quota"]["address_list"], "used-up");

    for (what, words) in [
        (["--quota", "name=day,window=year,allowance=1GB"], "session, day, week, month, cycle"),
        (
            ["--quota", "name=day,window=day,allowance=1"],
            "such as 500GB or 500GiB, nor a time online, such as 20h",
        ),
        (["--tier", "monthly:80%=stop"], "monthly:150%=quarantine"),
    ] {
        installation.weir(&[&["plan", "set", "home"], &what[..]].concat()).refused(2, &[words]);
    }
    for (what, words) in [
        (["--quota", "name=day,window=day"], "needs window=month and allowance=500GB"),
        (["--tier", "weekly:80%=notify"], "no quota `weekly`; it has `monthly`"),
        (["--tier", "monthly:160%=notify"], "the quarantine is the last one"),
        (["--tier", "monthly:120%=2M/2M"], "at most as fast as the one before it"),
        (["--tier", "monthly:50%=3M/3M"], "faster than the plan's 2M/10M"),
        (["--tier", "monthly:2000%=quarantine"], "from 1 to 1000 %"),
    ] {
        installation.weir(&[&["plan", "set", "home"], &what[..]].concat()).refused(1, &[words]);
    }
    assert_eq!(installation.weir(&["plan", "show", "home", "--json"]).well().out, json);
    installation.weir(&["plan", "set", "home", "--quota", "none"]).well();
    let show = installation.weir(&["plan", "show", "home"]).well().out;
    assert!(!show.contains("monthly"), "{show}");
}

#[test]
fn services_are_topped_up_boosted_and_renewed() {
    let installation = Installation::with_subscriber();
    let service = |args: &[&str]| installation.weir(&[&["service"], args].concat());
    let bonus = ["top-up", "ann", "--data", "1.5GB", "--bonus", "--priority", "7"];
    let said = service(&[&bonus[..], &["--valid-until", "2126-12-31"]].concat()).well().out;
    assert!(said.contains("1: 1500MB bonus, priority 7 until 2126-12-31"), "{said}");
    service(&["top-up", "ann", "--data", "10GB"]).well();
    let said = service(&["boost", "ann", "--speed", "20M/100M", "--for", "2h"]).well().out;
    assert!(said.contains("20M/100M from"), "{said}");
    let renew = ["renew", "ann", "--until", "2126-12-31", "--cycle-from", "2026-11-05"];
    let said = service(&renew).well().out;
    assert!(said.contains("until 2126-12-31, billing cycle from 2026-11-05"), "{said}");
    let show = service(&["show", "ann"]).well().out;
    for words in ["2: 10GB bought\n", "1: 20M/100M from", "cycle from  2026-11-05"] {
        assert!(show.contains(words), "{words}: {show}");
    }
    let json = service(&["show", "ann", "--json"]).well().out;
    let shown: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(shown["grants"][0]["octets"], 1_500_000_000);
    assert_eq!(shown["grants"][0]["valid_until"], "2126-12-31T00:00:00Z");
    assert_eq!(shown["boosters"][0]["download_bps"], 100_000_000);
    assert_eq!(shown["cycle_from"], "2026-11-05T00:00:00Z");

    service(&["top-up", "ann", "--remove", "1"]).well();
    service(&["boost", "ann", "--remove", "1"]).well();
    let show = service(&["show", "ann"]).well().out;
    assert!(!show.contains("1500MB") && !show.contains("20M/100M"), "{show}");
    service(&["top-up", "ann", "--remove", "1"]).refused(1, &["there is no grant called `1`"]);
    service(&["top-up", "anm", "--data", "1GB"]).refused(1, &["`anm`", "`ann`"]);
    service(&["top-up", "ann"]).refused(2, &["--data"]);
    service(&["top-up", "ann", "--data", "0GB"]).refused(2, &["500GB"]);
    service(&["boost", "ann", "--speed", "20M", "--for", "2h"]).refused(2, &["20M/100M"]);
    let nothing = ["boost", "ann", "--speed", "1M/1M", "--for", "0s"];
    service(&nothing).refused(1, &["the end is later"]);
    service(&["renew", "ann", "--until", "2020-01-01"]).refused(1, &["name a later one"]);
}
