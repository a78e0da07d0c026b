/** Where a statement names a table that it locks against writers. */
const LOCKED = [
  /\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:"public"\.)?"(\w+)"/gi,
  /\bREFERENCES\s+(?:"public"\.)?"(\w+)"/gi,
  /\bCREATE\s+(?:UNIQUE\s+)?INDEX\b[^;]*?\bON\s+(?:"public"\.)?"(\w+)"/gi,
  /\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:"public"\.)?"(\w+)"/gi,
  /\b(?:UPDATE|DELETE\s+FROM|CREATE\s+TRIGGER[^;]*?\bON)\s+(?:"public"\.)?"(\w+)"/gi,
];

/**
 * The tables that migrations lock, sorted. They are locked together before the first statement: a migration
 * that waited for one while it held another would form a deadlock with a push that holds the first.
 */
export function touchedTables(statements: readonly string[]): string[] {
  const found = new Set<string>();
  for (const statement of statements) {
    for (const pattern of LOCKED) {
      for (const [, table] of statement.matchAll(pattern)) if (table !== undefined) found.add(table);
    }
  }
  return [...found].sort();
}
