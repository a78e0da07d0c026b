import { setImmediate as later } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import type { PostgresConnection } from './postgres-connection.js';
import { PostgresPool } from './postgres-pool.js';

/** A pool over fake connections to a server with a connection limit. */
function poolOf({ max, room = 100, settings = 100 }: { max: number; room?: number; settings?: number }) {
  const opened: { isLost: boolean; isClosed: boolean }[] = [];
  const isOpen = () => opened.filter(({ isLost, isClosed }) => !isLost && !isClosed).length;
  const open = async () => {
    await later();
    if (isOpen() >= room) throw Object.assign(new Error('too many clients'), { code: '53300' });
    const connection = {
      openedAt: performance.now(),
      room: settings,
      isLost: false,
      isClosed: false,
      close: async () => {
        connection.isClosed = true;
      },
    };
    opened.push(connection);
    return connection as unknown as PostgresConnection;
  };
  return { opened, isOpen, pool: new PostgresPool(open, max) };
}

/** Work that lasts until it is ended. */
function holding(pool: PostgresPool) {
  let end = () => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, done: pool.use(() => held) };
}

describe('PostgresPool', () => {
  it('uses each connection for one caller at a time, and opens no more than the maximum', async () => {
    const { pool, opened } = poolOf({ max: 3 });
    const inUse = new Set<PostgresConnection>();
    let most = 0;
    const work = async (connection: PostgresConnection) => {
      expect(inUse.has(connection)).toBe(false);
      inUse.add(connection);
      most = Math.max(most, inUse.size);
      await later();
      inUse.delete(connection);
    };
    await Promise.all(Array.from({ length: 50 }, () => pool.use(work)));
    expect([most, opened.length]).toEqual([3, 3]);
  });

  it('never reuses a lost connection', async () => {
    const { pool, opened } = poolOf({ max: 1 });
    await pool.use(async () => {
      for (const each of opened) each.isLost = true;
    });
    await pool.use(async (connection) => expect(connection.isLost).toBe(false));
    for (const each of opened) each.isLost = true;
    await pool.use(async (connection) => expect(connection.isLost).toBe(false));
    expect(opened).toHaveLength(3);
  });

  it('reuses a connection after work that failed', async () => {
    const { pool, opened } = poolOf({ max: 1 });
    await expect(pool.use(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    await pool.use(async () => {});
    expect(opened).toHaveLength(1);
  });

  it('refuses a caller that waits too long, and serves later ones', async () => {
    const { pool } = poolOf({ max: 1 });
    const holder = holding(pool);
    const waiting = pool.use(async () => 'served', 1);
    await expect(waiting).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    holder.end();
    await holder.done;
    expect(await pool.use(async () => 'served')).toBe('served');
  });

  it('shares the open connections when the server is full, and leaves one to other clients', async () => {
    const { pool, isOpen } = poolOf({ max: 10, room: 4 });
    const served = await Promise.all(Array.from({ length: 30 }, () => pool.use(() => later('served'))));
    expect(served).toEqual(Array.from({ length: 30 }, () => 'served'));
    expect(isOpen()).toBe(3);
  });

  it("opens no more than the server's own limit allows", async () => {
    const { pool, isOpen } = poolOf({ max: 10, settings: 5 });
    await pool.use(async () => {});
    await Promise.all(Array.from({ length: 30 }, () => pool.use(() => later())));
    expect(isOpen()).toBe(3);
  });

  it('fails all waiting callers when no connection can be opened', async () => {
    const { pool } = poolOf({ max: 2, room: 0 });
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => pool.use(async () => {})));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
  });

  it('closes: waits for running work, refuses waiting and new callers', async () => {
    const { pool, isOpen } = poolOf({ max: 1 });
    const holder = holding(pool);
    await later();
    const waiting = pool.use(async () => {});
    const ending = pool.close();
    await expect(waiting).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(pool.use(async () => {})).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
    holder.end();
    await Promise.all([holder.done, ending]);
    expect(isOpen()).toBe(0);
  });
});
