import { gzipSync } from 'node:zlib';

/** One call of a test to a chat API. */
export interface CassetteCall {
  model: string;
  ask: string;
  say: string;
}

/** A format, and for formats with several layouts the layout. */
export type CassetteFormat = keyof typeof WRITERS;

const URL = 'https://api.example/v1/chat/completions';
const TYPE = 'application/json';

const WRITERS = {
  vcrpy: (calls) => {
    const interactions = calls.map((call) => ({
      request: { body: requestText(call), headers: { accept: ['*/*'] }, method: 'POST', uri: URL },
      response: {
        body: { string: responseText(call) },
        headers: { 'Content-Type': [TYPE] },
        status: { code: 200, message: 'OK' },
      },
    }));
    return Buffer.from(`interactions:\n${yamlItems(interactions)}version: 1\n`);
  },
  vcr: (calls) => {
    const interactions = calls.map((call) => ({
      request: {
        method: 'post',
        uri: URL,
        body: { encoding: 'UTF-8', string: requestText(call) },
        headers: {},
      },
      response: {
        status: { code: 200, message: 'OK' },
        headers: { 'Content-Type': [TYPE] },
        body: { encoding: 'UTF-8', string: responseText(call) },
      },
      recorded_at: 'Mon, 06 Jan 2025 10:00:00 GMT',
    }));
    return Buffer.from(`---\nhttp_interactions:\n${yamlItems(interactions)}recorded_with: VCR 6.3.1\n`);
  },
  'go-vcr': (calls) => {
    const interactions = calls.map((call, id) => ({
      id,
      request: { body: requestText(call), form: {}, headers: {}, url: URL, method: 'POST' },
      response: {
        body: responseText(call),
        headers: { 'Content-Type': [TYPE] },
        status: '200 OK',
        code: 200,
      },
    }));
    return Buffer.from(`---\nversion: 2\ninteractions:\n${yamlItems(interactions)}`);
  },
  har: (calls, test) => json({ log: { ...polly(test), entries: calls.map(harEntry) } }),
  'har.yaml': (calls, test) =>
    Buffer.from(
      `log:\n  _recordingName: ${test}\n  version: "1.2"\n` +
        `  entries:\n${yamlItems(calls.map(zippedHarEntry))}`,
    ),
  httprr: (calls) => {
    const records = calls.flatMap((call) => {
      const request = message(`POST ${URL} HTTP/1.1`, Buffer.from(requestText(call)));
      const response = message('HTTP/2.0 200 OK', gzipSync(responseText(call)));
      return [Buffer.from(`${request.length} ${response.length}\n`), request, response];
    });
    return Buffer.concat([Buffer.from('httprr trace v1\n'), ...records]);
  },
  nock: (calls) =>
    json(
      calls.map((call) => ({
        scope: 'https://api.example:443',
        method: 'POST',
        path: '/v1/chat/completions',
        body: requestOf(call),
        status: 200,
        response: [gzipSync(responseText(call)).toString('hex')],
        rawHeaders: ['Content-Type', TYPE, 'Content-Encoding', 'gzip'],
        responseIsBinary: false,
      })),
    ),
  'test-proxy': (calls) =>
    json({
      Entries: calls.map((call) => ({
        RequestUri: URL,
        RequestMethod: 'POST',
        RequestHeaders: { 'Content-Type': TYPE },
        RequestBody: requestOf(call),
        StatusCode: 200,
        ResponseHeaders: { 'Content-Type': TYPE },
        ResponseBody: responseOf(call),
      })),
      Variables: {},
    }),
  aimock: (calls) =>
    json({
      fixtures: calls.map(({ model, ask, say }) => ({
        match: { userMessage: ask, model },
        response: { content: say },
      })),
    }),
  'dd-trace': ([call]) => {
    if (call === undefined) throw new Error('a file of dd-trace has one call');
    return json({
      request: { method: 'POST', url: URL, headers: { 'Content-Type': TYPE }, body: requestText(call) },
      response: {
        status: { code: 200, message: 'OK' },
        headers: { 'Content-Type': TYPE },
        body: responseText(call),
      },
    });
  },
} satisfies Record<string, (calls: readonly CassetteCall[], test: string) => Buffer>;

/**
 * A cassette with these calls, as the recorder of the format writes it; a file of `dd-trace` holds the first
 * call only. The name of the test is written into `har`, the only format that has one.
 */
export function writeCassette(format: CassetteFormat, calls: readonly CassetteCall[], test: string): Buffer {
  return WRITERS[format](calls, test);
}

function requestOf({ model, ask }: CassetteCall): object {
  return { messages: [{ content: ask, role: 'user' }], model };
}

function requestText(call: CassetteCall): string {
  return JSON.stringify(requestOf(call));
}

function responseOf({ model, say }: CassetteCall): object {
  const message = { role: 'assistant', content: say };
  return { object: 'chat.completion', model, choices: [{ index: 0, finish_reason: 'stop', message }] };
}

function responseText(call: CassetteCall): string {
  return JSON.stringify(responseOf(call));
}

function polly(test: string): object {
  return { _recordingName: test, creator: { name: 'Polly.JS', version: '6.0.6' }, version: '1.2' };
}

function harEntry(call: CassetteCall, order: number): object {
  return {
    _id: `id-${order}`,
    _order: order,
    request: { method: 'POST', url: URL, headers: [], postData: { mimeType: TYPE, text: requestText(call) } },
    response: {
      status: 200,
      headers: [{ name: 'content-type', value: TYPE }],
      content: { mimeType: TYPE, text: responseText(call) },
    },
    time: 12,
  };
}

function zippedHarEntry(call: CassetteCall, order: number): object {
  const bytes = gzipSync(responseText(call));
  const pieces = [bytes.subarray(0, 20), bytes.subarray(20)].map((piece) => piece.toString('base64'));
  return {
    ...harEntry(call, order),
    response: {
      status: 200,
      headers: [{ name: 'content-encoding', value: 'gzip' }],
      content: { encoding: 'base64', mimeType: TYPE, text: JSON.stringify(pieces) },
    },
  };
}

function message(startLine: string, body: Buffer): Buffer {
  const head = `${startLine}\r\nContent-Type: ${TYPE}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/** The items of a list in YAML, in the compact style, whose objects are JSON. */
function yamlItems(items: object[]): string {
  return items.map((item) => `  - ${JSON.stringify(item)}\n`).join('');
}
