import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventFrame, eventStream } from '../../../test/event-frame.js';
import type { JsonValue } from '../../vocabulary/recording.js';
import { readEventStream } from './event-stream.js';

const encoded = (value: JsonValue) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('readEventStream', () => {
  test('names the payload of an event', () => {
    const stream = eventStream(
      ['messageStart', { role: 'assistant' }],
      ['contentBlockDelta', { delta: { text: 'Hi' } }],
    );
    expect(readEventStream(stream)).toEqual([
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { delta: { text: 'Hi' } } },
    ]);
  });

  test('unwraps the chunks of invoke-with-response-stream', () => {
    const chunk = { type: 'content_block_delta', delta: { text: 'Hi' } };
    expect(readEventStream(eventStream(['chunk', { bytes: encoded(chunk), p: 'abc' }]))).toEqual([chunk]);
    expect(readEventStream(eventStream(['chunk', { bytes: 'no JSON' }]))).toEqual([
      { chunk: { bytes: 'no JSON' } },
    ]);
  });

  test('names exceptions and errors', () => {
    const exception = { ':message-type': 'exception', ':exception-type': 'throttlingException' };
    const error = { ':message-type': 'error', ':error-code': 'internal', ':error-message': 'failed' };
    const stream = Buffer.concat([eventFrame(exception, '{"message":"slow down"}'), eventFrame(error, '')]);
    expect(readEventStream(stream)).toEqual([
      { throttlingException: { message: 'slow down' } },
      { error: { code: 'internal', message: 'failed' } },
    ]);
  });

  test('keeps a payload that is not JSON as bytes, and any name', () => {
    const stream = Buffer.concat([eventFrame({ ':event-type': '__proto__' }, 'text'), eventFrame({}, '1')]);
    expect(readEventStream(stream)?.map((event) => Object.entries(event))).toEqual([
      [['__proto__', { '!!binary': Buffer.from('text').toString('base64') }]],
      [['event', 1]],
    ]);
  });

  test('skips headers of other types', () => {
    const others = Buffer.from([1, 0x61, 0, 1, 0x62, 4, 0, 0, 0, 9, 1, 0x63, 6, 0, 2, 7, 7]);
    expect(readEventStream(eventFrame({ ':event-type': 'x' }, '{}', others))).toEqual([{ x: {} }]);
  });

  test('ends at a damaged or incomplete event', () => {
    const [first, second] = [eventStream(['a', 1]), eventStream(['b', 2])];
    const damaged = Buffer.from(second);
    damaged.writeUInt32BE(damaged.readUInt32BE(0) + 1, 0);
    for (const rest of [second.subarray(0, -1), damaged, Buffer.from('text'), Buffer.alloc(20)]) {
      expect(readEventStream(Buffer.concat([first, rest]))).toEqual([{ a: 1 }]);
      expect(readEventStream(rest)).toBeNull();
    }
  });

  test('reads a view into a larger buffer', () => {
    const stream = eventStream(['a', 1]);
    const larger = Buffer.concat([Buffer.alloc(3), stream, Buffer.alloc(3)]);
    expect(readEventStream(new Uint8Array(larger.buffer, larger.byteOffset + 3, stream.length))).toEqual([
      { a: 1 },
    ]);
  });

  test('never throws, and has no more events than bytes allow', () => {
    const changed = fc.tuple(fc.nat(200), fc.nat(255));
    fc.assert(
      fc.property(fc.array(changed, { maxLength: 6 }), fc.nat(200), (changes, length) => {
        const bytes = eventStream(['a', { b: 1 }], ['chunk', { bytes: encoded({ c: 2 }) }]).subarray(
          0,
          length,
        );
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        expect(readEventStream(bytes)?.length ?? 0).toBeLessThanOrEqual(bytes.length / 16);
      }),
    );
  });
});
