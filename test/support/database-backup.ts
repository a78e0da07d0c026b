import type postgres from 'postgres';

/** A copy of everything in a registry's database at one moment. */
export interface Backup {
  /** Restores the copy while the registry runs, as in a failover to a lagging replica. */
  restore(): Promise<void>;
}

/** Copies each table into the same database, except the audit log, which is append-only. */
export async function takeBackup(sql: postgres.Sql): Promise<Backup> {
  const tables = await sql<{ name: string; columns: string; identity: string | null }[]>`
    select table_name as name, string_agg(quote_ident(column_name), ', ') as columns,
      max(column_name) filter (where is_identity = 'YES') as identity
    from information_schema.columns
    where table_schema = 'public' and table_name <> 'audit_events' group by table_name`;
  await sql`create schema backup`;
  const next = new Map<string, string>();
  for (const { name, identity } of tables) {
    await sql.unsafe(`create table backup.${name} as table public.${name}`);
    if (identity === null) continue;
    const [row] = await sql.unsafe(`select nextval(pg_get_serial_sequence('public.${name}', '${identity}'))`);
    next.set(name, String(row?.['nextval']));
  }
  return {
    restore: () =>
      sql.begin(async (tx) => {
        // Without foreign key checks, so that the order of the tables does not matter.
        await tx`set local session_replication_role = replica`;
        for (const { name, columns, identity } of tables) {
          await tx.unsafe(`delete from public.${name}`);
          await tx.unsafe(`insert into public.${name} (${columns}) overriding system value
            select ${columns} from backup.${name}`);
          const value = next.get(name);
          if (value === undefined) continue;
          await tx.unsafe(
            `select setval(pg_get_serial_sequence('public.${name}', '${identity}'), ${value}, false)`,
          );
        }
      }) as Promise<unknown> as Promise<void>,
  };
}
