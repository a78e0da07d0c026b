/** Statements that lock a table against writers, with the table's name. */
const LOCKED = [
  /\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:"public"\.)?"(\w+)"/gi,
  /\bREFERENCES\s+(?:"public"\.)?"(\w+)"/gi,
  /\bCREATE\s+(?:UNIQUE\s+)?INDEX\b[^;]*?\bON\s+(?:"public"\.)?"(\w+)"/gi,
  /\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:"public"\.)?"(\w+)"/gi,
  /\b(?:UPDATE|DELETE\s+FROM|CREATE\s+TRIGGER[^;]*?\bON)\s+(?:"public"\.)?"(\w+)"/gi,
];

/**
 * The tables that the statements lock, sorted. A migration locks them together before its first statement: if
 * it waited for one table while it held another, it would deadlock with a push.
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
