import { setImmediate as later } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../statements/database-unavailable.js';
import type { PostgresConnection } from './postgres-connection.js';
import { PostgresPool } from './postgres-pool.js';

/** A pool over connections that are made of nothing, of which the server has so many at most. */
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
  it('lends each connection to one at a time, and no more than there may be', async () => {
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

  it('never lends a connection again that was lost', async () => {
    const { pool, opened } = poolOf({ max: 1 });
    await pool.use(async () => {
      for (const each of opened) each.isLost = true;
    });
    await pool.use(async (connection) => expect(connection.isLost).toBe(false));
    for (const each of opened) each.isLost = true;
    await pool.use(async (connection) => expect(connection.isLost).toBe(false));
    expect(opened).toHaveLength(3);
  });

  it('takes a connection back after work that failed', async () => {
    const { pool, opened } = poolOf({ max: 1 });
    await expect(pool.use(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    await pool.use(async () => {});
    expect(opened).toHaveLength(1);
  });

  it('refuses whoever waits too long, and serves those who come after', async () => {
    const { pool } = poolOf({ max: 1 });
    const holder = holding(pool);
    const waiting = pool.use(async () => 'served', 1);
    await expect(waiting).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    holder.end();
    await holder.done;
    expect(await pool.use(async () => 'served')).toBe('served');
  });

  it('shares what there is when the server has no room, and leaves one to others', async () => {
    const { pool, isOpen } = poolOf({ max: 10, room: 4 });
    const served = await Promise.all(Array.from({ length: 30 }, () => pool.use(() => later('served'))));
    expect(served).toEqual(Array.from({ length: 30 }, () => 'served'));
    expect(isOpen()).toBe(3);
  });

  it('takes no more than the settings of the server leave it', async () => {
    const { pool, isOpen } = poolOf({ max: 10, settings: 5 });
    await pool.use(async () => {});
    await Promise.all(Array.from({ length: 30 }, () => pool.use(() => later())));
    expect(isOpen()).toBe(3);
  });

  it('fails all who wait when nothing can be opened', async () => {
    const { pool } = poolOf({ max: 2, room: 0 });
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => pool.use(async () => {})));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
  });

  it('ends: waits for work under way, refuses what waits and what comes', async () => {
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
