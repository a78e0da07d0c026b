// The least that a server can do for the same question: node's own HTTP server and one query by postgres.js,
// its rows sent as JSON.
//   node bare-queries.mjs DATABASE_URL
// POST {"column": "test_id" | "model" | "hash", "value": …, "repositoryId": …, "refId": …} → [rows]

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';

const [, , url = ''] = process.argv;
const sql = postgres(url, { max: 10, onnotice: () => {} });
const OPEN = 2_147_483_647;
const COLUMNS = ['test_id', 'model', 'hash'];

interface Question {
  column: string;
  value: string;
  repositoryId: number;
  refId: number;
}

const server = createServer(async (request, response) => {
  const question = JSON.parse(await text(request)) as Question;
  const rows = COLUMNS.includes(question.column) ? await find(question) : [];
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(rows));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : 0);
});

/** The rows that the registry reads for a page of 50, and all that it shows of them. */
function find({ column, value, repositoryId, refId }: Question) {
  return sql`
    select p.path, encode(p.digest, 'hex') as digest, c.size, encode(p.hash, 'hex') as hash, p.test_id, p.model, r.format, r.is_streaming
    from (
      select e.digest, k.* from entries e join calls k on k.repository_id = e.repository_id and k.id = e.call_id
      where e.repository_id = ${repositoryId} and e.ref_id = ${refId} and e.until = ${OPEN} and e.digest is not null
        and k.${sql(column)} = ${column === 'hash' ? sql`decode(${value}, 'hex')` : value}
      order by k.path limit 51
    ) p
    join contents c on c.repository_id = p.repository_id and c.digest = p.digest
    left join readings r on r.repository_id = p.repository_id and r.digest = p.digest
    order by p.path`;
}
