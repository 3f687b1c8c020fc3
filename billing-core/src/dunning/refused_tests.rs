//! Which policies and accounts are refused, and in which words.

use crate::PartOrAmount;
use entitlement::Timestamp;

use super::fixtures::*;
use super::*;
use crate::Money;

fn refused(rules: Rules) -> String {
    DunningPolicy::new(rules).unwrap_err().to_string()
}

#[test]
fn steps_that_do_not_go_together_are_refused_by_name() {
    let table = [
        (
            vec![step(1, 10, StepKind::Grace { throttle: None }), step(2, 5, StepKind::Suspend)],
            "step 2 (suspend, day 5) must come behind step 1 (grace, day 10): on day 11 to 3650",
        ),
        (
            vec![step(1, 30, StepKind::Suspend), step(2, 30, StepKind::Terminate)],
            "step 2 (terminate, day 30) must come behind step 1 (suspend, day 30): on day 31 to 3650",
        ),
        (
            vec![step(1, 30, StepKind::Grace { throttle: None }), step(2, 20, StepKind::Terminate)],
            "step 2 (terminate, day 20) must come behind step 1 (grace, day 30): on day 31 to 3650",
        ),
        (
            vec![step(1, 60, StepKind::Suspend), step(2, 90, StepKind::WriteOff)],
            "step 2 (write-off, day 90) needs a termination before it: without, who never pays is \
             served again",
        ),
        (
            vec![step(4, 3, StepKind::Remind), step(5, 3, StepKind::Remind)],
            "step 4 (remind, day 3) and step 5 (remind, day 3) are equal; leave one of them, or give \
             it another day",
        ),
        (
            vec![step(4, 3, StepKind::Remind), step(4, 5, StepKind::Remind)],
            "step 4 (remind, day 3) and step 4 (remind, day 5) have one number; each step has its own",
        ),
        (
            vec![step(1, 3, StepKind::Suspend), step(2, 5, StepKind::Suspend)],
            "step 1 (suspend, day 3) and step 2 (suspend, day 5) do what is done once; a policy has \
             one suspend at most",
        ),
    ];
    for (steps, expected) in table {
        assert_eq!(refused(rules(steps)), expected);
    }
}

#[test]
fn a_step_that_cannot_be_is_refused_by_name() {
    let fixed = |text: &str| fee(PartOrAmount::Fixed(kes(text)), 0);
    let usd: Money = "1 USD".parse().unwrap();
    let table = [
        (
            vec![step(1, -1, StepKind::Suspend)],
            "step 1 (suspend, day -1) lies outside of the days that it can have, 0 to 3650",
        ),
        (
            vec![step(1, -91, StepKind::Remind)],
            "step 1 (remind, day -91) lies outside of the days that it can have, -90 to 3650",
        ),
        (
            vec![step(1, 1, fee(percent("100.0001%"), 0))],
            "step 1 (late-fee, day 1) charges 100.0001%; a late fee is more than 0% and at most 100%",
        ),
        (
            vec![step(1, 1, fee(percent("0%"), 0))],
            "step 1 (late-fee, day 1) charges 0%; a late fee is more than 0% and at most 100%",
        ),
        (
            vec![step(1, 1, fixed("0"))],
            "step 1 (late-fee, day 1) charges 0.00 KES; a late fee is more than 0",
        ),
        (
            vec![step(1, 1, fee(PartOrAmount::Fixed(usd), 0))],
            "1.00 USD is no amount in KES, in which the policy is",
        ),
        (
            (0..33).map(|id| step(id, id.into(), StepKind::Remind)).collect(),
            "there are 33 steps; a policy has 32 at most",
        ),
    ];
    for (steps, expected) in table {
        assert_eq!(refused(rules(steps)), expected);
    }
    assert_eq!(StepId::new(64), None);
}

#[test]
fn limits_that_cannot_be_are_refused() {
    let table = [
        (
            Rules { fee_cap: Some(PartOrAmount::Percent("0%".parse().unwrap())), ..rules(vec![]) },
            "late fees are capped at 0%; a cap is more than 0% and at most 100% of the invoice",
        ),
        (
            Rules { fee_cap: Some(PartOrAmount::Fixed(kes("-1"))), ..rules(vec![]) },
            "late fees are capped at -1.00 KES; a cap is more than 0, and without fees no cap is needed",
        ),
        (
            Rules { minimum_overdue: kes("-5"), ..rules(vec![]) },
            "the minimum that counts as overdue is -5.00 KES; it is 0 or more",
        ),
        (
            Rules {
                promises: PromiseRules { count_max: 1, within_days: 30, len_max_days: 0 },
                ..rules(vec![])
            },
            "promises are for 0 days; where any are accepted, it is 1 to 366",
        ),
        (
            Rules {
                promises: PromiseRules { count_max: 1, within_days: 367, len_max_days: 7 },
                ..rules(vec![])
            },
            "promises are counted in 367 days; where any are accepted, it is 1 to 366",
        ),
    ];
    for (rules, expected) in table {
        assert_eq!(refused(rules), expected);
    }
    let none = PromiseRules { count_max: 0, within_days: 0, len_max_days: 0 };
    assert!(DunningPolicy::new(Rules { promises: none, ..usual() }).is_ok());
}

#[test]
fn an_account_that_cannot_be_is_refused() {
    let (zone, policy) = (nairobi(), DunningPolicy::new(usual()).unwrap());
    let said = |account: &Account| {
        let now = at(&zone, "2027-03-12");
        due_steps(&policy, account, now, now, &zone).unwrap_err().to_string()
    };
    let mut twice = of_march();
    twice.invoices.push(twice.invoices[0].clone());
    assert_eq!(said(&twice), "invoice 1 is given twice; give each once");
    let mut other = of_march();
    other.invoices[0].open = "1 USD".parse().unwrap();
    assert_eq!(
        said(&other),
        "invoice 1 has an amount of 1.00 USD; the policy is for amounts in KES"
    );
    let mut negative = of_march();
    negative.invoices[0].open = kes("-1");
    assert_eq!(said(&negative), "invoice 1 has an amount of -1.00 KES; what is owed is 0 or more");
    let mut many = of_march();
    many.promises = vec![promise(&zone, "2027-03-02", "2027-03-04"); PROMISES_MAX + 1];
    assert_eq!(said(&many), "the account has 101 promises; at most 100 are looked at");
    let mut far = of_march();
    far.invoices[0].due_at = Timestamp::from_unix_ms(i64::MIN);
    assert!(said(&far).ends_with("lie outside of the years that the calendar knows"));
}
