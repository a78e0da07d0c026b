import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/registry/src/database/schema/schema.ts',
  out: './drizzle',
});
