//! What a store promises, checked on SQLite and on PostgreSQL alike.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::too_many_lines,
    unreachable_pub,
    reason = "a test that cannot go on stops"
)]

mod access_rules;
mod accounted;
mod agreed;
mod billing;
mod carried_over;
mod closed_books;
mod credit_notes;
mod debts;
mod directory;
mod documents;
mod due_work;
mod dunning;
mod dunning_apart;
mod dunning_grace;
mod dunning_shop;
mod feed;
mod given_up;
mod ground;
mod job_leases;
mod lines;
mod metered_late;
mod metered_offers;
mod metering;
mod minimum_terms;
mod offers;
mod opening;
mod outbox;
mod outbox_events;
mod outbox_money;
mod outbox_use;
mod paid_times;
mod pay_as_you_go;
mod payment_commissions;
mod payment_intents;
mod payments;
mod plans;
mod pools;
#[path = "../support/postgres.rs"]
mod postgres;
mod prepaid;
mod quotas;
mod reconciliation;
mod renewals;
mod repositories;
mod resellers;
mod reservations;
mod resold;
mod resold_cards;
mod resold_shares;
mod run_credits;
mod secrets;
mod service_templates;
mod shared_data;
mod sink;
mod snapshot;
mod told;
mod usage;
mod used_up;
mod visibility;
mod voucher_access;
mod voucher_expiry;
mod vouchers;
mod wallets;
mod worked;
mod written_off;

/// Runs each promise on both kinds of store.
macro_rules! on_both {
    ($($module:ident: { $($promise:ident),* $(,)? })*) => {
        mod on_sqlite {
            $(mod $module { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    crate::plans::listen();
                    let ground = crate::ground::Ground::sqlite();
                    crate::$module::$promise(&ground).await;
                    crate::plans::check(&ground.url).await;
                }
            )* })*
        }
        mod on_postgres {
            $(mod $module { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    if let Some(ground) = crate::ground::Ground::postgres().await {
                        crate::$module::$promise(&ground).await;
                    }
                }
            )* })*
        }
    };
}

on_both! {
    due_work: {
        renewals_come_ever_later_and_without_money_not_at_all,
        who_cannot_be_renewed_stops_nobody,
        what_cannot_be_carried_out_stops_nobody,
        who_is_held_during_a_run_is_billed_behind_it,
        books_are_closed_until_now_at_most_and_never_opened_again,
        a_tax_is_no_other_one_by_its_rate_and_stops_no_product,
        another_clock_or_rounding_bills_nothing_anew,
        all_accounts_are_added_up_where_they_are,
        another_price_for_many_holds_up_nobody_and_misses_nobody,
    }
    accounted: {
        the_hour_in_which_one_subscription_follows_another_is_billed_once,
        a_period_that_ends_amid_an_hour_has_the_part_of_it_that_is_known,
    }
    opening: {
        a_second_opening_finds_what_the_first_left,
        two_processes_may_be_first_at_once,
        a_store_with_an_unknown_migration_is_refused_and_not_changed,
        a_store_of_a_newer_format_is_refused_and_not_changed,
        another_key_file_is_noticed,
        tables_of_something_else_are_left_alone,
    }
    prepaid: {
        a_dearer_package_comes_at_once_and_gives_back_what_is_not_used,
        a_part_of_a_package_is_given_back_to_the_second_with_taxes_and_discount,
        there_and_back_in_one_moment_costs_nothing,
        a_cheaper_package_is_paid_now_and_begins_at_the_end,
        the_policy_turned_round_is_followed,
        data_of_the_old_package_ends_and_what_is_used_of_it_is_not_given_back,
        a_package_ends_at_the_end_of_what_is_paid,
        a_pause_lengthens_what_is_paid_to_the_second,
        a_block_lengthens_it_and_what_is_billed_all_the_same_does_not,
        a_pause_moves_what_is_bought_ahead_and_is_not_paid_for_again,
    }
    paid_times: {
        what_was_entered_ahead_is_carried_out_before_anything_is_bought,
        money_renews_nothing_that_lasts_longer_by_what_was_entered_ahead,
        a_fee_moves_with_the_end_and_is_charged_once,
        a_package_is_not_bought_at_a_moment_before_a_stop,
        families_of_one_service_are_each_paid_for_themselves,
        what_was_written_off_is_taken_off_what_is_given_back,
        a_stop_that_is_entered_afterwards_lengthens_what_was_paid_then,
        what_is_lost_is_what_is_not_used_when_it_ends,
    }
    renewals: {
        a_renewal_bills_what_was_bought_and_nothing_else,
        what_a_receipt_has_renewed_is_not_renewed_again_by_its_intent,
        money_that_comes_late_renews_what_was_asked_for,
        payments_at_once_of_who_is_stopped_and_who_waits_are_all_received,
        a_payment_that_was_undone_for_others_is_received_once,
        transactions_see_what_is_committed_whatever_the_server_begins_with,
    }
    repositories: {
        tenants_round_trip,
        a_tenants_clock_is_set_whatever_it_was,
        clocks_that_are_set_at_once_follow_one_another,
        nases_round_trip,
        plans_round_trip,
        subscribers_round_trip,
        services_round_trip,
        services_are_imported_all_or_none,
        what_cannot_be_stored_is_refused,
        tenants_are_apart,
        every_change_is_audited_without_secrets,
    }
    access_rules: {
        networks_and_attributes_reach_the_directory,
        no_address_is_two_services_own,
        devices_are_found_by_every_spelling,
        what_log_ins_teach_is_kept_once_and_followed,
        one_time_codes_are_sealed_and_used_up_in_order,
        terms_that_cannot_be_are_refused,
    }
    lines: {
        a_line_leads_to_one_service_as_long_as_it_has_it,
        what_a_nas_identifies_by_is_kept_and_followed,
    }
    pools: {
        pools_round_trip_and_reach_the_directory,
        pools_that_cannot_be_are_refused,
        what_is_a_services_own_is_no_pools_to_give,
        of_the_leases_of_an_address_the_last_holds_in_any_order,
    }
    service_templates: {
        templates_round_trip_and_reach_the_directory,
        what_plans_name_is_checked_both_ways,
        templates_of_tenants_are_apart,
    }
    shared_data: {
        what_is_shared_reaches_the_directory_and_goes_again,
        what_cannot_be_shared_is_refused_and_nothing_written,
        a_group_has_a_thousand_services_at_most,
        both_meters_of_a_report_are_kept_once,
    }
    quotas: {
        quotas_round_trip_and_reach_the_directory,
        quotas_that_cannot_be_are_refused,
        data_and_boosters_are_seen_at_once_and_taken_back,
        data_and_boosters_that_cannot_be_are_refused,
        a_throttle_is_seen_at_once_and_taken_away,
        a_renewal_sets_the_cycle,
        extras_of_tenants_are_apart,
    }
    secrets: {
        sealed_values_differ_and_open_again,
        rotated_keys_reach_a_running_server,
        a_row_that_does_not_open_harms_no_other,
    }
    directory: {
        what_another_process_changes_is_seen_after_sync,
        a_nas_moves_with_its_address_and_listener,
        a_plan_changes_for_all_of_its_services_at_once,
        a_tenants_clock_is_that_of_all_of_its_services,
        everything_is_there_after_loading,
        sync_after_the_end_says_so,
        a_plan_that_cannot_be_understood_keeps_its_terms_until_it_is_mended,
        tenants_and_nases_are_known_by_name_and_number,
    }
    feed: {
        a_change_wakes_the_feed_of_another_process,
        concurrent_writers_and_rollbacks_lose_and_double_nothing,
    }
    sink: {
        a_silent_session_is_open_again_once_it_is_heard,
        a_batch_and_its_position_are_stored_together,
        an_address_leads_to_the_session_that_had_it_then,
        a_batch_that_fails_at_its_end_leaves_nothing,
        a_batch_that_is_given_up_leaves_all_or_nothing,
        sessions_follow_the_model_batch_by_batch,
        order_and_repetition_change_nothing,
        a_nas_that_starts_ends_its_sessions_only,
        many_rows_fit_in_one_batch,
        odd_values_do_not_stop_the_journal,
        recent_sessions_are_the_open_and_the_lately_ended,
        a_store_that_is_away_is_an_error,
        lists_show_names_and_the_newest,
    }
    snapshot: {
        everything_the_loader_gives_comes_back,
        a_store_that_arrives_changes_what_changed_and_no_moment_is_without_the_rest,
        another_store_or_journal_is_refused_and_not_changed,
        the_directory_of_a_store_that_was_set_back_is_read_again,
        a_store_that_is_set_back_while_it_is_read_is_read_once_more,
        another_store_in_the_place_of_the_one_that_was_opened_gets_nothing,
        a_batch_that_was_taken_without_a_word_is_missed_when_it_is_lost,
        a_snapshot_that_cannot_be_written_leaves_nothing_behind,
    }
    told: {
        what_was_told_follows_the_steps_however_they_are_cut,
        what_was_told_of_a_session_goes_with_it,
    }
    billing: {
        a_month_is_billed_once_and_the_books_agree,
        no_two_documents_have_one_number,
        discounts_are_shown_to_their_tenant_alone,
        a_price_that_is_entered_late_is_billed,
        what_is_given_back_has_the_taxes_that_it_was_charged_with,
        a_price_that_is_entered_while_somebody_bills_is_billed,
        what_is_still_to_come_is_neither_credited_nor_charged,
        a_service_follows_its_subscription,
        workers_that_bill_at_once_bill_everybody_once,
        who_has_several_subscriptions_is_looked_at_once,
        who_cannot_be_billed_stops_nobody,
        what_cannot_be_sold_is_refused,
        closed_books_take_nothing,
    }
    documents: {
        what_a_document_says_of_its_parties_stays,
        what_became_final_before_anybody_was_named_gets_the_first_that_is,
        what_cannot_stand_on_a_document_is_refused,
    }
    agreed: {
        no_discount_is_given_that_could_not_be_billed,
        no_limit_is_set_that_could_not_be_billed,
        no_product_is_taken_that_could_not_be_billed,
        nothing_is_taken_of_which_nobody_said_how_it_is_taxed,
        no_more_is_had_than_can_be,
        a_coupon_of_another_currency_is_not_redeemed_by_who_was_never_billed,
    }
    closed_books: {
        no_price_begins_in_closed_books_of_what_somebody_had,
        no_discount_begins_or_ends_in_closed_books,
        no_run_is_for_a_moment_in_closed_books,
        money_of_closed_books_is_posted_at_the_first_open_moment,
    }
    run_credits: {
        of_two_charges_at_two_rates_each_is_given_back_at_its_own,
        what_was_rounded_together_is_given_back_to_the_last_cent,
        what_a_run_has_given_back_is_not_left_for_a_credit_note,
        taxes_within_prices_on_taxes_and_exemptions_are_given_back_as_they_were,
    }
    credit_notes: {
        a_whole_invoice_is_given_back_and_not_billed_again,
        a_part_of_a_line_has_its_own_taxes_and_no_more_than_is_left_is_given,
        the_same_sixteen_times_at_once_is_one_credit_note,
        an_end_afterwards_gives_back_only_what_is_left,
        what_a_run_gave_back_is_not_given_back_by_hand,
        what_is_given_back_pays_its_invoice_first_and_goes_into_the_wallet,
        what_was_written_off_is_not_given_back,
    }
    metered_late: {
        an_outage_that_lasts_is_ended_when_the_books_of_its_beginning_are_closed,
        books_that_close_amid_a_period_leave_it_whole,
        a_record_that_is_moved_to_another_subscription_is_billed_once,
        the_octets_of_a_period_are_those_of_the_price_in_force_when_it_begins,
        what_an_older_price_measures_is_taken_from_who_has_it,
        a_record_that_two_take_back_at_once_is_taken_back_once,
    }
    metered_offers: {
        it_is_subscribed_to_billed_by_use_and_ended_with_its_period,
        it_takes_the_place_of_what_has_a_price_with_the_period,
    }
    metering: {
        a_measured_bandwidth_is_billed_explained_and_corrected,
        samples_that_are_missing_are_named_and_stop_nobody_else,
        records_are_known_by_their_names_and_late_ones_are_billed,
        calls_are_billed_by_their_hours,
        the_accounting_of_a_service_is_billed_by_the_unit,
        an_outage_is_credited_when_its_month_is_over,
        what_cannot_be_measured_is_refused,
    }
    used_up: {
        a_package_whose_data_is_used_up_is_renewed_by_itself_once,
        what_is_used_up_is_renewed_by_money_that_is_no_payment,
        whose_use_cannot_be_read_hides_nobody_elses,
        a_hybrid_whose_data_is_used_up_begins_anew_at_once,
    }
    offers: {
        a_package_is_renewed_from_its_old_expiry_or_from_now,
        several_periods_keep_the_day_and_bring_their_data,
        what_the_wallet_does_not_cover_is_not_sold,
        many_that_renew_at_once_renew_once,
        an_upgrade_is_at_once_and_a_downgrade_with_the_period,
        an_end_before_its_time_costs_what_was_agreed,
        a_trial_becomes_what_it_is_to_become,
        pauses_and_add_ons_keep_within_what_is_allowed,
        what_cannot_be_an_offer_is_refused,
        another_billing_day_is_billed_for_its_parts_and_once,
    }
    dunning_grace: {
        who_is_in_grace_is_slow_until_it_is_paid,
        who_is_in_grace_follows_its_policy_and_no_other_throttle_is_touched,
        a_policy_that_is_set_while_others_fall_due_holds_for_all,
    }
    voucher_expiry: {
        what_nobody_has_redeemed_becomes_what_the_tenant_says,
        what_is_given_back_of_one_sale_is_one_credit_note,
        one_that_cannot_expire_is_named_and_stops_no_other,
        one_that_cannot_expire_leaves_other_sales_whole,
    }
    carried_over: {
        what_is_left_is_carried_over_so_often_and_once,
        what_is_bought_ahead_carries_over_when_its_time_has_come,
        what_is_left_lapses_where_the_package_does_not_go_on,
        what_is_told_late_is_taken_from_what_was_carried_over,
        what_no_meter_remembers_was_used_all_the_same,
        time_online_is_carried_over_and_so_it_is_by_money_that_comes,
        what_is_told_while_it_is_carried_over_is_counted,
        what_lapses_while_the_rest_is_used_up_starts_a_renewal_once,
        money_that_comes_before_something_is_carried_over_renews_nothing,
        who_looks_before_something_is_carried_over_finds_it,
        old_time_online_that_lapses_behind_new_that_is_used_up_starts_one_too,
        what_another_offer_gave_charges_nothing_by_its_end,
        days_that_were_given_lose_nothing_of_what_is_left,
        each_goes_on_in_the_periods_that_it_was_sold_with,
        what_there_is_no_room_for_refuses_nothing,
        what_was_used_up_before_anybody_looked_is_no_news,
    }
    visibility: {
        only_what_is_offered_to_somebody_can_be_taken,
        what_is_not_offered_any_more_is_not_bought_again_but_goes_on,
        to_whom_something_is_offered_is_kept,
    }
    payments: {
        what_comes_pays_the_oldest_and_the_rest_is_kept,
        the_same_receipt_told_by_many_at_once_is_received_once,
        who_is_paid_at_two_tills_at_once_is_credited_for_both,
        what_nobody_knows_the_owner_of_waits_and_is_assigned_once,
        money_pays_no_invoice_in_another_currency,
        what_was_given_back_or_taken_back_is_open_again,
        a_wallet_pays_the_next_invoice,
        a_second_part_is_taken_back_beside_the_first,
        who_has_paid_or_been_paid_to_is_not_removed,
        a_reference_is_known_however_it_is_typed,
    }
    payment_intents: {
        a_wish_is_kept_once_for_each_key,
        nobody_is_asked_for_what_pays_nothing_of_an_invoice,
        the_rules_say_what_can_happen_to_an_intent_and_it_is_kept,
        a_receipt_completes_the_intent_that_it_answers,
        money_that_comes_late_is_received,
        a_provider_is_asked_six_times_and_then_nightly,
        money_serves_again_what_waits_for_it_with_the_same_commit,
        a_renewal_that_is_paid_is_of_what_the_service_is_served_by,
        all_who_pay_at_once_are_renewed_while_others_are_billed,
        what_was_paid_and_is_not_covered_is_activated_when_it_is,
        tokens_of_providers_are_sealed_and_never_cards,
    }
    reconciliation: {
        what_was_planted_in_a_statement_is_found_and_nothing_else,
        statements_of_tenants_and_of_nothing_are_compared,
    }
    voucher_access: {
        access_is_there_with_the_next_look_and_gone_when_it_is_revoked,
        time_online_is_redeemed_alone_or_with_data_and_taken_back,
        access_is_used_when_its_data_is_and_ends_by_itself,
    }
    vouchers: {
        ten_thousand_codes_are_distinct_and_none_is_in_the_store,
        of_64_who_redeem_a_refill_at_once_one_has_it,
        of_64_who_redeem_access_at_once_one_has_it,
        the_same_wish_64_times_at_once_has_one_effect_and_one_outcome,
        sales_move_these_amounts,
        two_who_sell_the_same_range_at_once_sell_it_once,
        ends_move_these_amounts,
        what_would_be_lost_or_of_no_use_is_not_redeemed,
        wrong_codes_are_counted_by_whoever_types_them,
        codes_outlive_a_rotation_of_keys_and_no_store_without_its_key,
        batches_that_cannot_be_are_refused,
    }
    worked: {
        a_subscriber_has_a_rate_of_its_own,
        what_a_period_costs_at_least_and_at_most_is_billed,
        a_price_for_new_customers_is_not_that_of_others,
        a_part_of_a_period_costs_what_its_rule_and_its_rounding_say,
        numbers_follow_their_pattern_and_begin_anew,
        an_end_before_its_time_costs_a_fixed_or_a_declining_fee,
        a_package_of_hours_weeks_or_a_year_is_over_to_the_minute,
        what_is_final_stays_whatever_changes_behind_it,
        of_sixteen_who_redeem_the_last_of_a_coupon_one_has_it,
        coupons_are_redeemed_as_their_rules_say,
    }
    resellers: {
        one_sale_is_balanced_on_three_levels,
        commissions_and_refunds_are_balanced_on_three_levels,
        what_was_spent_of_a_commission_is_not_taken_back,
        who_has_too_little_on_any_level_sells_nothing,
        sales_at_once_never_spend_what_is_not_there,
        vouchers_for_a_reseller_are_in_both_books,
        tenants_make_a_tree,
        a_repeated_sale_or_payment_of_a_reseller_is_made_once,
    }
    resold: {
        a_package_moves_its_price_on_three_levels,
        what_a_level_has_no_price_for_moves_nothing_there,
        a_renewal_waits_for_a_reseller_without_money,
        a_run_moves_the_same_share_on_three_levels,
        packages_at_once_spend_no_more_than_resellers_have,
        a_voucher_of_a_shop_moves_the_price_of_its_plan_when_it_is_redeemed,
    }
    resold_cards: {
        a_refill_that_a_reseller_has_bought_is_its_customers,
        access_that_a_reseller_has_bought_is_on_its_plan_of_that_name,
        of_64_of_two_tenants_who_redeem_a_card_at_once_one_has_it,
        who_guesses_cards_of_the_tenant_above_is_locked_out,
        that_a_card_is_over_is_told_to_the_tenant_of_who_has_redeemed_it,
    }
    resold_shares: {
        a_level_is_paid_for_what_is_free_from_when_it_says_its_price,
        a_price_that_is_said_again_gives_back_what_was_paid_by_the_one_before,
        a_commission_that_is_an_amount_is_the_same_share,
        money_that_renews_holds_accounts_in_the_order_of_tenants,
    }
    payment_commissions: {
        a_payment_is_earned_for_on_three_levels_once,
        commissions_are_told_to_both_once,
        what_is_taken_back_of_a_payment_takes_its_part_with_it,
        a_payment_has_the_rate_of_its_moment_however_late_it_is_told,
        nothing_is_earned_in_books_that_are_closed_in_that_moment,
        payments_refunds_and_reversals_in_any_order_keep_a_part_of_each,
        payments_and_sales_at_once_on_three_levels_all_happen,
        a_sale_is_taken_back_from_a_reseller_who_owes,
    }
    wallets: {
        a_token_is_charged_by_one_and_its_wallet_is_looked_at_when_that_ends,
        a_wallet_that_was_filled_meanwhile_is_not_charged,
        what_receipts_have_brought_is_assigned_and_not_given_by_hand,
        a_wallet_is_changed_by_hand_once_for_each_key,
        what_is_given_to_a_wallet_pays_what_is_open,
        one_wallet_gives_to_another_or_neither_changes,
        who_has_a_credit_limit_owes_no_more_by_what_is_bought,
        a_telephone_number_that_is_written_says_who_has_paid,
        a_wallet_is_topped_up_by_itself_one_at_a_time_and_not_too_often,
    }
    reservations: {
        a_session_is_paid_from_its_first_slice_to_its_end,
        what_the_wallet_does_not_have_stays_due_and_is_shown,
        sessions_that_ask_at_once_use_a_wallet_to_the_last_cent,
        a_report_that_eight_tell_at_once_is_charged_once,
        an_older_report_after_a_newer_one_changes_nothing,
        what_expires_is_let_go_and_what_was_used_is_paid_nevertheless,
        a_silent_session_pays_what_was_agreed_and_a_later_report_puts_it_right,
        a_long_session_goes_on_with_another_row,
        what_cannot_be_reserved_is_refused,
        a_statement_closes_with_what_the_ledger_has,
    }
    pay_as_you_go: {
        what_is_paid_as_it_goes_is_not_shared,
        what_is_planned_to_be_paid_as_it_goes_is_refused_and_ends_what_is_shared,
        a_payment_that_serves_again_what_is_paid_as_it_goes_ends_what_is_shared,
        what_a_session_uses_is_held_paid_and_let_go,
        what_was_used_beyond_the_wallet_is_taken_from_the_next_money,
        what_is_held_for_a_session_that_is_lost_is_let_go,
        another_price_holds_from_then_on_and_another_product_ends_it,
        octets_are_not_paid_twice,
        services_share_a_wallet,
        a_wallet_that_is_used_up_and_filled_is_told_once_each,
        wallet_sales_and_cover_are_what_a_simple_model_says,
        the_taxes_of_what_is_used_are_in_the_books_and_on_the_statement,
        another_tax_holds_from_then_on_and_what_stays_due_is_paid_first,
        who_is_exempt_or_has_another_rate_pays_so_from_then_on,
        who_has_less_than_a_slice_goes_on_by_the_next_price,
        with_a_subscription_that_is_over_nothing_is_agreed_again,
        what_stays_due_of_what_is_agreed_no_more_is_paid_by_the_next_money,
    }
    dunning: {
        who_never_pays_goes_down_the_whole_ladder,
        after_a_standstill_everything_is_made_up_for_in_its_order,
        who_pays_is_served_again_in_the_same_moment,
        an_invoice_is_paid_by_its_number_with_its_late_fees,
        a_promise_holds_everything_up_and_is_kept_or_broken,
        eight_workers_at_once_do_everything_once,
        who_cannot_be_dunned_stops_nobody,
        a_pause_that_was_planned_keeps_nobody_from_being_dunned,
        what_is_entered_withdraws_what_was_planned_and_cannot_be,
        a_policy_is_kept_and_its_steps_keep_their_numbers,
        a_policy_begins_when_it_is_set,
        risks_say_why_somebody_is_to_be_looked_at,
    }
    given_up: {
        what_is_open_is_written_off_in_part_or_as_a_whole,
        what_was_paid_before_and_is_taken_back_is_open_again,
        a_late_fee_is_waived_and_is_no_income,
        closed_books_give_nothing_up,
        a_fee_that_was_missed_is_of_what_was_open_when_it_was_due,
    }
    written_off: {
        a_run_gives_back_a_loss_and_nothing_to_who_has_not_paid,
        what_was_paid_beside_what_was_written_off_is_given_back,
        a_loss_pays_nothing_that_is_charged_with_it,
        late_fees_that_were_written_off_stay_so,
        cards_of_a_sale_of_which_a_part_was_written_off_end,
    }
    minimum_terms: {
        an_end_costs_the_same_by_whatever_command,
        an_end_that_is_entered_ahead_is_reckoned_when_it_has_come,
        who_is_ended_for_not_paying_pays_it_too,
    }
    dunning_apart: {
        what_has_a_policy_of_its_own_is_billed_and_dunned_apart,
        who_takes_another_plan_is_dunned_by_its_policy_from_then_on,
        policies_of_products_are_kept_and_each_accepts_a_promise,
    }
    debts: {
        what_was_sold_on_account_is_an_invoice_that_is_paid_and_dunned,
        a_payment_is_taken_in_however_much_is_owed,
        somebody_of_whom_nothing_can_be_read_stops_no_run,
        who_redeems_what_he_owes_is_served_again,
        what_a_provider_took_back_is_dunned,
    }
    job_leases: {
        a_lease_that_lapsed_goes_to_another_with_a_greater_fence,
        of_many_at_once_one_takes_a_lease,
        what_is_held_and_has_expired_is_let_go_once,
    }
    outbox: {
        what_was_taken_is_nobody_elses_until_its_time_is_over,
        what_fails_comes_ever_later_and_is_given_up_at_last,
        what_ends_everybody_who_takes_it_is_given_up,
        eight_consumers_at_once_have_each_event_once_and_in_order,
        of_one_that_dies_exactly_what_it_had_comes_again,
        what_a_newer_program_has_written_is_listed_and_handed_out_as_it_is,
        who_finds_nothing_that_is_due_waits_for_nobody_who_writes,
    }
    outbox_events: {
        every_edge_of_a_subscription_is_told_once,
        what_was_entered_ahead_is_told_when_it_is_carried_out,
        who_does_not_pay_is_told_of_step_by_step,
        promises_are_told_when_they_are_made_and_when_they_are_broken,
        packages_are_told_from_their_purchase_to_their_end,
        what_fails_or_is_killed_leaves_neither_command_nor_event,
    }
    outbox_use: {
        a_tier_is_told_once_however_often_its_record_comes,
        who_shares_data_is_told_when_it_joins_and_leaves,
        what_is_carried_over_is_told_once,
    }
    outbox_money: {
        documents_and_payments_are_told_whole,
        what_is_taken_back_is_told,
        vouchers_are_told_without_their_codes,
        intents_to_pay_are_told_at_their_end,
        sales_that_are_paid_at_once_are_told,
        wallets_tell_what_changes_them,
    }
    usage: {
        an_increase_is_of_the_bucket_of_the_report_that_shows_it,
        what_comes_again_or_late_is_counted_once,
        a_batch_that_fails_leaves_no_usage,
        the_start_of_a_nas_amid_a_batch_changes_no_usage,
        counters_beyond_4_gib_keep_every_octet,
        traffic_of_unknown_users_is_apart,
        any_moment_has_its_bucket,
        too_much_at_once_is_refused,
        nodes_at_the_same_time_count_once,
        weeks_have_partitions_that_queries_leave_out,
        a_long_reader_does_not_stop_the_journal,
        every_bucket_adds_up_to_what_the_sessions_counted,
    }
}
