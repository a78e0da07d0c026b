ALTER TABLE "refs" ADD COLUMN "closed_by_run" bigint;--> statement-breakpoint
ALTER TABLE "refs" ADD COLUMN "closed_at" timestamp with time zone;