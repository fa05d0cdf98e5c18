namespace Rebalancer.Runtime.Journals.Postgres;

/// <summary>The first version of <see cref="PostgresAppendFunction"/>, for nodes of releases that call it while others are replaced.</summary>
internal static class PostgresAppendFunction1
{
    /// <summary>
    /// The leases are locked <c>FOR SHARE</c>: a takeover waits for the appends in flight, and an append that waited for a takeover sees
    /// its epoch. The rows of halts are locked likewise, so that a halt that has been answered lets nothing through. Each entity's part is
    /// accepted or refused by itself, all of it or nothing. The planner is held to the indexes: tables that were empty when a plan was made
    /// are not when it is used.
    /// </summary>
    public const string Definition =
        """
        CREATE FUNCTION append_batch_1 (
            r_n integer[], r_persistence_id text[], r_expected bigint[], r_epoch bigint[], r_entity_type text[], r_shard integer[],
            r_sender text[], r_sequence bigint[], r_last_sequence_nr bigint[], r_last_hash bytea[], r_last_message bigint[],
            s_n integer[], s_scope text[],
            e_n integer[], e_sequence_nr bigint[], e_name text[], e_version integer[], e_payload text[], e_at timestamptz[],
            e_writer_id text[], e_correlation_id text[], e_causation_id text[], e_previous_hash bytea[], e_hash bytea[],
            m_n integer[], m_sequence bigint[], m_receiver text[], m_receiver_type text[], m_receiver_shard integer[], m_name text[],
            m_version integer[], m_payload text[], m_correlation_id text[],
            c_n integer[], c_scope text[], c_halted boolean[], c_who text[], c_why text[], c_at timestamptz[])
        RETURNS TABLE (n integer, accepted boolean, current_epoch bigint, current_sequence_nr bigint, received boolean, halted text)
        LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
        AS $function$
        #variable_conflict use_column
        DECLARE
            halts text[] := ARRAY[]::text[];
            ns integer[]; epochs bigint[]; ends bigint[]; receiveds boolean[]; haltings text[]; accepts boolean[];
        BEGIN
            IF cardinality(s_n) > 0 THEN
                SELECT coalesce(array_agg(b.scope), ARRAY[]::text[]) INTO halts
                FROM (SELECT h.scope, h.halted FROM halt h WHERE h.scope = ANY (s_scope) FOR SHARE) b WHERE b.halted;
            END IF;

            WITH lease AS (
                SELECT l.entity_type, l.shard, l.epoch FROM shard_lease l
                WHERE (l.entity_type, l.shard) IN (SELECT * FROM unnest(r_entity_type, r_shard)) FOR SHARE),
            judged AS (
                SELECT r.n, r.epoch, r.expected, coalesce(l.epoch, 0) AS current_epoch,
                    coalesce((SELECT s.last_sequence_nr FROM stream s WHERE s.persistence_id = r.persistence_id), 0) AS current_sequence_nr,
                    r.sender IS NOT NULL AND (
                        EXISTS (SELECT 1 FROM receipt t WHERE t.sender = r.sender AND t.sequence = r.sequence AND t.receiver = r.persistence_id)
                        OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sender = r.sender AND o.sequence = r.sequence)) AS received,
                    CASE WHEN cardinality(halts) > 0 THEN (
                        SELECT s.scope FROM unnest(s_n, s_scope) WITH ORDINALITY AS s (n, scope, place)
                        WHERE s.n = r.n AND s.scope = ANY (halts) ORDER BY s.place LIMIT 1) END AS halted
                FROM unnest(r_n, r_persistence_id, r_expected, r_epoch, r_entity_type, r_shard, r_sender, r_sequence)
                    AS r (n, persistence_id, expected, epoch, entity_type, shard, sender, sequence)
                LEFT JOIN lease l ON l.entity_type = r.entity_type AND l.shard = r.shard)
            SELECT array_agg(j.n ORDER BY j.n), array_agg(j.current_epoch ORDER BY j.n), array_agg(j.current_sequence_nr ORDER BY j.n),
                array_agg(j.received ORDER BY j.n), array_agg(j.halted ORDER BY j.n),
                array_agg(j.epoch = j.current_epoch AND j.expected = j.current_sequence_nr AND NOT j.received AND j.halted IS NULL ORDER BY j.n)
            INTO ns, epochs, ends, receiveds, haltings, accepts FROM judged j;

            INSERT INTO journal (persistence_id, sequence_nr, event_name, event_version, payload, timestamp, epoch, writer_id,
                correlation_id, causation_id, previous_hash, hash)
            SELECT r_persistence_id[e.n + 1], e.sequence_nr, e.name, e.version, e.payload, e.at, r_epoch[e.n + 1], e.writer_id,
                e.correlation_id, e.causation_id, e.previous_hash, e.hash
            FROM unnest(e_n, e_sequence_nr, e_name, e_version, e_payload, e_at, e_writer_id, e_correlation_id, e_causation_id, e_previous_hash, e_hash)
                AS e (n, sequence_nr, name, version, payload, at, writer_id, correlation_id, causation_id, previous_hash, hash)
            WHERE accepts[e.n + 1];

            INSERT INTO stream
            SELECT r.persistence_id, r.last_sequence_nr, r.last_hash, r.last_message
            FROM unnest(r_n, r_persistence_id, r_expected, r_last_sequence_nr, r_last_hash, r_last_message)
                AS r (n, persistence_id, expected, last_sequence_nr, last_hash, last_message)
            WHERE accepts[r.n + 1] AND r.last_sequence_nr > r.expected
            ON CONFLICT (persistence_id) DO UPDATE SET last_sequence_nr = excluded.last_sequence_nr, last_hash = excluded.last_hash,
                last_message_sequence = excluded.last_message_sequence;

            IF cardinality(m_n) > 0 THEN
                INSERT INTO outbox (sender, sequence, receiver, receiver_type, receiver_shard, message_name, message_version, payload, correlation_id)
                SELECT r_persistence_id[m.n + 1], m.sequence, m.receiver, m.receiver_type, m.receiver_shard, m.name, m.version, m.payload, m.correlation_id
                FROM unnest(m_n, m_sequence, m_receiver, m_receiver_type, m_receiver_shard, m_name, m_version, m_payload, m_correlation_id)
                    AS m (n, sequence, receiver, receiver_type, receiver_shard, name, version, payload, correlation_id)
                WHERE accepts[m.n + 1];
            END IF;

            IF num_nonnulls(VARIADIC r_sender) > 0 THEN
                INSERT INTO receipt (sender, sequence, receiver)
                SELECT r.sender, r.sequence, r.persistence_id FROM unnest(r_n, r_persistence_id, r_sender, r_sequence) AS r (n, persistence_id, sender, sequence)
                WHERE accepts[r.n + 1] AND r.sender IS NOT NULL;
            END IF;

            IF cardinality(c_n) > 0 THEN
                INSERT INTO halt (scope, halted, who, why, at)
                SELECT c.scope, c.halted, c.who, c.why, c.at FROM unnest(c_n, c_scope, c_halted, c_who, c_why, c_at) AS c (n, scope, halted, who, why, at)
                WHERE accepts[c.n + 1]
                ON CONFLICT (scope) DO UPDATE SET halted = excluded.halted, who = excluded.who, why = excluded.why, at = excluded.at;
            END IF;

            RETURN QUERY SELECT * FROM unnest(ns, accepts, epochs, ends, receiveds, haltings);
        END
        $function$;
        """;
}
