namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>
/// The function that appends a batch. It is one in the database because its plans are then kept: planning the statements anew takes
/// longer than carrying them out. A released version is never changed; nodes of two releases may call two versions of it at once.
/// </summary>
internal static class PostgresAppendFunction
{
    /// <summary>Calls the function; the parameters are its own, in order.</summary>
    public static readonly string Call =
        "SELECT * FROM append_batch_2 (" + string.Join(", ", Enumerable.Range(1, 38).Select(i => $"${i}")) + ")";

    /// <summary>
    /// The leases are locked <c>FOR SHARE</c>: a takeover waits for the appends in flight, and an append that waited for a takeover sees
    /// its epoch. The rows of halts are locked likewise, so that a halt that has been answered lets nothing through. Each entity's part is
    /// accepted or refused by itself, all of it or nothing; an answer tells of the refused ones. The arrays <c>l_</c> have an item for each
    /// lease, <c>r_</c> for each request, <c>s_</c> for its halt scopes, <c>e_</c> for its events, <c>m_</c> for its messages and <c>c_</c>
    /// for its halt changes; they are read by subscript, which takes a third of the time of unnesting them into rows and joining those. The
    /// planner is held to the indexes: tables that were empty when a plan was made are not when it is used.
    /// </summary>
    public const string Definition =
        """
        CREATE FUNCTION append_batch_2 (
            l_entity_type text[], l_shard integer[], l_epoch bigint[],
            r_persistence_id text[], r_expected bigint[], r_lease integer[], r_at timestamptz[], r_writer_id text[], r_causation_id text[],
            r_sender text[], r_sequence bigint[], r_last_sequence_nr bigint[], r_last_hash bytea[], r_last_message bigint[],
            s_request integer[], s_scope text[],
            e_request integer[], e_sequence_nr bigint[], e_name text[], e_version integer[], e_payload text[], e_correlation_id text[],
            e_previous_hash bytea[], e_hash bytea[],
            m_request integer[], m_sequence bigint[], m_receiver text[], m_receiver_type text[], m_receiver_shard integer[], m_name text[],
            m_version integer[], m_payload text[], m_correlation_id text[],
            c_request integer[], c_scope text[], c_halted boolean[], c_who text[], c_why text[])
        RETURNS TABLE (request integer, current_epoch bigint, current_sequence_nr bigint, received boolean, halted text)
        LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
        AS $function$
        #variable_conflict use_column
        DECLARE
            epochs bigint[]; ends bigint[];
            halts text[] := ARRAY[]::text[];
            refused integer[]; receiveds boolean[]; haltings text[];
        BEGIN
            IF cardinality(s_request) > 0 THEN
                SELECT coalesce(array_agg(b.scope), ARRAY[]::text[]) INTO halts
                FROM (SELECT h.scope, h.halted FROM halt h WHERE h.scope = ANY (s_scope) FOR SHARE) b WHERE b.halted;
            END IF;

            SELECT array_agg(
                coalesce((SELECT l.epoch FROM shard_lease l WHERE l.entity_type = l_entity_type[i] AND l.shard = l_shard[i] FOR SHARE), 0) ORDER BY i)
            INTO epochs FROM generate_series(1, cardinality(l_shard)) AS i;

            SELECT array_agg(coalesce((SELECT s.last_sequence_nr FROM stream s WHERE s.persistence_id = r_persistence_id[i]), 0) ORDER BY i)
            INTO ends FROM generate_series(1, cardinality(r_persistence_id)) AS i;

            IF epochs <> l_epoch OR ends <> r_expected OR cardinality(halts) > 0 OR num_nonnulls(VARIADIC r_sender) > 0 THEN
                SELECT array_agg(j.i), array_agg(j.received), array_agg(j.halted) INTO refused, receiveds, haltings
                FROM (
                    SELECT i, r_sender[i] IS NOT NULL AND (
                            EXISTS (
                                SELECT 1 FROM receipt t
                                WHERE t.sender = r_sender[i] AND t.sequence = r_sequence[i] AND t.receiver = r_persistence_id[i])
                            OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sender = r_sender[i] AND o.sequence = r_sequence[i])) AS received,
                        (SELECT s.scope FROM unnest(s_request, s_scope) WITH ORDINALITY AS s (request, scope, place)
                            WHERE s.request = i AND s.scope = ANY (halts) ORDER BY s.place LIMIT 1) AS halted
                    FROM generate_series(1, cardinality(r_persistence_id)) AS i) j
                WHERE epochs[r_lease[j.i]] <> l_epoch[r_lease[j.i]] OR ends[j.i] <> r_expected[j.i] OR j.received OR j.halted IS NOT NULL;
            END IF;

            INSERT INTO journal (persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id,
                correlation_id, causation_id, previous_hash, hash)
            SELECT r_persistence_id[e_request[i]], e_sequence_nr[i], e_name[i], e_version[i], e_payload[i], r_at[e_request[i]],
                l_epoch[r_lease[e_request[i]]], r_writer_id[e_request[i]], e_correlation_id[i], r_causation_id[e_request[i]], e_previous_hash[i], e_hash[i]
            FROM generate_series(1, cardinality(e_request)) AS i
            WHERE refused IS NULL OR NOT e_request[i] = ANY (refused);

            UPDATE stream SET last_sequence_nr = r_last_sequence_nr[i], last_hash = r_last_hash[i], last_message_sequence = r_last_message[i]
            FROM generate_series(1, cardinality(r_persistence_id)) AS i
            WHERE persistence_id = r_persistence_id[i] AND r_expected[i] > 0 AND r_last_sequence_nr[i] > r_expected[i]
                AND (refused IS NULL OR NOT i = ANY (refused));

            IF 0 = ANY (r_expected) THEN
                INSERT INTO stream
                SELECT r_persistence_id[i], r_last_sequence_nr[i], r_last_hash[i], r_last_message[i]
                FROM generate_series(1, cardinality(r_persistence_id)) AS i
                WHERE r_expected[i] = 0 AND r_last_sequence_nr[i] > 0 AND (refused IS NULL OR NOT i = ANY (refused));
            END IF;

            IF cardinality(m_request) > 0 THEN
                INSERT INTO outbox (sender, sequence, receiver, receiver_type, receiver_shard, message_name, message_version, payload, correlation_id)
                SELECT r_persistence_id[m_request[i]], m_sequence[i], m_receiver[i], m_receiver_type[i], m_receiver_shard[i], m_name[i],
                    m_version[i], m_payload[i], m_correlation_id[i]
                FROM generate_series(1, cardinality(m_request)) AS i
                WHERE refused IS NULL OR NOT m_request[i] = ANY (refused);
            END IF;

            IF num_nonnulls(VARIADIC r_sender) > 0 THEN
                INSERT INTO receipt (sender, sequence, receiver)
                SELECT r_sender[i], r_sequence[i], r_persistence_id[i] FROM generate_series(1, cardinality(r_persistence_id)) AS i
                WHERE r_sender[i] IS NOT NULL AND (refused IS NULL OR NOT i = ANY (refused));
            END IF;

            IF cardinality(c_request) > 0 THEN
                INSERT INTO halt (scope, halted, who, why, at)
                SELECT c_scope[i], c_halted[i], c_who[i], c_why[i], r_at[c_request[i]] FROM generate_series(1, cardinality(c_request)) AS i
                WHERE refused IS NULL OR NOT c_request[i] = ANY (refused)
                ON CONFLICT (scope) DO UPDATE SET halted = excluded.halted, who = excluded.who, why = excluded.why, at = excluded.at;
            END IF;

            IF refused IS NOT NULL THEN
                RETURN QUERY SELECT refused[i], epochs[r_lease[refused[i]]], ends[refused[i]], receiveds[i], haltings[i]
                FROM generate_series(1, cardinality(refused)) AS i;
            END IF;
        END
        $function$;
        """;
}
