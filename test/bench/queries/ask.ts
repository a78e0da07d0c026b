import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Sends JSON over one connection that stays open, and gives the answer with the seconds that it took. */
export function asker(
  url: string,
  token: string,
): {
  ask(path: string, body: object): Promise<{ answer: string; seconds: number }>;
  end(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return {
    ask: (path, body) =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.from(JSON.stringify(body));
        const started = performance.now();
        const sent = request(
          url + path,
          { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } },
          (response) => {
            text(response).then((answer) => {
              const seconds = (performance.now() - started) / 1_000;
              if (response.statusCode === 200) resolve({ answer, seconds });
              else reject(new Error(`${path} answered ${response.statusCode}: ${answer}`));
            }, reject);
          },
        );
        sent.once('error', reject);
        sent.end(bytes);
      }),
    end: () => agent.destroy(),
  };
}
