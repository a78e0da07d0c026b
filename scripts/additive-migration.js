// Proves that a migration only adds to the schema, so that builds that do not know it keep working. What is
// not recognised is reported: such a migration is declared in drizzle/contracts.json, or written in another
// way.

const NAME = String.raw`(?:"public"\.)?"([^"]+)"`;
const NAMES = String.raw`\((?:\s*"[^"]+"\s*,?)+\s*\)`;
const pattern = (text) => new RegExp(`^${text.replaceAll('NAMES', NAMES).replaceAll('NAME', NAME)}$`, 'is');

const CREATE_TABLE = pattern('CREATE TABLE NAME \\(.*\\)');
const ADD_COLUMN = pattern('ALTER TABLE NAME ADD COLUMN "([^"]+)" (.*)');
const ADD_CONSTRAINT = pattern('ALTER TABLE NAME ADD CONSTRAINT "[^"]+" (.*)');
const REFERENCES = new RegExp(`REFERENCES ${NAME}`, 'i');
const CREATE_INDEX = pattern('CREATE (UNIQUE )?INDEX "[^"]+" ON NAME .*');
const INSERT = pattern('INSERT INTO NAME .*');
const UPDATE = pattern('UPDATE NAME SET (.*)');
const TRIGGER = pattern('CREATE TRIGGER "[^"]+" .* ON NAME\\s.*');

/** Statements that no other build can notice. */
const HARMLESS = [
  pattern('ANALYZE NAME'),
  pattern('COMMENT ON .*'),
  // A function that replaces another must accept what that one accepts: earlier builds still call it.
  pattern('CREATE (?:OR REPLACE )?FUNCTION NAME.*'),
  pattern('ALTER TABLE NAME ALTER COLUMN "[^"]+" SET STORAGE \\w+'),
];

/**
 * Why a migration is not proven to only add something; empty where it is.
 * @param {string} sql a file of `drizzle/`
 * @param {Iterable<string>} unknownTables tables of earlier migrations that no released build knows
 * @returns {string[]} a reason for each statement
 */
export function reasonsAgainst(sql, unknownTables = []) {
  const statements = statementsOf(sql);
  const tables = new Set([...unknownTables, ...tablesOf(statements)]);
  /** @type {Set<string>} */
  const columns = new Set();
  for (const statement of statements) {
    if (isSeveral(statement)) continue;
    const [, of, column] = ADD_COLUMN.exec(statement) ?? [];
    if (column) columns.add(`${of}.${column}`);
  }
  return statements.flatMap((statement) => {
    const reason = reasonAgainst(statement, { tables, columns });
    return reason === null ? [] : [`${reason}: ${shorten(statement)}`];
  });
}

/** @returns {string[]} */
const statementsOf = (sql) =>
  sql
    .split('--> statement-breakpoint')
    .map((text) => withoutComments(text).trim().replace(/;$/, ''))
    .filter((text) => text !== '');

/** The tables that statements create. */
const tablesOf = (statements) =>
  statements.flatMap((statement) => {
    const table = isSeveral(statement) ? undefined : CREATE_TABLE.exec(statement)?.[1];
    return table === undefined ? [] : [table];
  });

/** @param {{ tables: Set<string>, columns: Set<string> }} added by migrations that no released build knows */
function reasonAgainst(statement, added) {
  if (isSeveral(statement)) return 'several statements in one';
  if (CREATE_TABLE.test(statement) || HARMLESS.some((each) => each.test(statement))) return null;
  const column = ADD_COLUMN.exec(statement);
  if (column) return added.tables.has(column[1]) ? null : againstColumn(column[3]);
  const constraint = ADD_CONSTRAINT.exec(statement);
  if (constraint) return againstConstraint(constraint[2], constraint[1], added.tables);
  const index = CREATE_INDEX.exec(statement);
  if (index) return index[1] && !added.tables.has(index[2]) ? 'earlier builds may write duplicates' : null;
  const target = (INSERT.exec(statement) ?? TRIGGER.exec(statement))?.[1];
  if (target) return added.tables.has(target) ? null : 'earlier builds use this table';
  const update = UPDATE.exec(statement);
  if (update) return onlySets(update[2], update[1], added) ? null : 'earlier builds use these columns';
  return 'not known to only add something';
}

/** Earlier builds insert rows without the column. */
function againstColumn(definition) {
  if (/\b(UNIQUE|PRIMARY KEY|CHECK|REFERENCES)\b/i.test(definition)) return 'a constraint on a table in use';
  const isFilled = /\bDEFAULT\b|\bGENERATED\b/i.test(definition);
  return /\bNOT NULL\b/i.test(definition) && !isFilled ? 'earlier builds leave the column empty' : null;
}

/** A new table may refer to others if that does not keep earlier builds from deleting their rows. */
function againstConstraint(definition, table, newTables) {
  if (!newTables.has(table)) return 'a constraint on a table in use';
  const referred = REFERENCES.exec(definition)?.[1];
  if (referred === undefined || newTables.has(referred)) return null;
  return /ON DELETE (CASCADE|SET NULL)/i.test(definition)
    ? null
    : 'earlier builds could not delete these rows';
}

function onlySets(assignments, table, { tables, columns }) {
  if (tables.has(table)) return true;
  const where = assignments.split(/\bWHERE\b/i)[0];
  const set = [...where.matchAll(/(?:^|,)\s*"([^"]+)"\s*=/g)].map(([, column]) => `${table}.${column}`);
  return set.length > 0 && set.every((column) => columns.has(column));
}

/** Whether a semicolon stands between two statements; the body of a function may have its own. */
const isSeveral = (statement) =>
  statement
    .replace(/\$(\w*)\$.*?\$\1\$/gs, "''")
    .replace(/'[^']*'/g, "''")
    .includes(';');

const withoutComments = (sql) => sql.replace(/^\s*--.*$/gm, '');

function shorten(statement) {
  const line = statement.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/**
 * What is wrong with the declared contracts.
 * @param {{ tag: string, when: number, sql: string }[]} migrations oldest first
 * @param {{ migration: string, oldest: string, why: string }[]} contracts
 * @param {string} released the newest migration of the previous release
 * @returns {string[]}
 */
export function problemsOf(migrations, contracts, released) {
  const place = new Map(migrations.map(({ tag }, index) => [tag, index]));
  const problems = [];
  const releasedAt = place.get(released);
  if (releasedAt === undefined)
    return [`test/upgrade/previous-release.json: there is no migration ${released}`];
  for (const [index, { tag, when }] of migrations.entries()) {
    if (index > 0 && when <= migrations[index - 1].when) {
      problems.push(
        `${tag} is dated before the migration above it in _journal.json: it would never be applied`,
      );
    }
  }
  for (const { migration, oldest, why } of contracts) {
    const [at, from] = [place.get(migration), place.get(oldest)];
    if (at === undefined || from === undefined || from > at || !why) {
      problems.push(
        `drizzle/contracts.json: ${migration} needs "why", and "oldest" with a migration up to itself`,
      );
    } else if (at > releasedAt && from > releasedAt) {
      problems.push(
        `${migration} breaks the previous release, which knows ${released}: expand now, contract one release later`,
      );
    }
  }
  const declared = new Set(contracts.map(({ migration }) => migration));
  /** @type {string[]} */
  const unknownTables = [];
  for (const [index, { tag, sql }] of migrations.entries()) {
    const reasons = reasonsAgainst(sql, unknownTables);
    if (index > releasedAt) unknownTables.push(...tablesOf(statementsOf(sql)));
    if (declared.has(tag)) continue;
    problems.push(
      ...reasons.map(
        (reason) => `${tag} is not in drizzle/contracts.json, and is not proven to only add. ${reason}`,
      ),
    );
  }
  return problems;
}
