ALTER TABLE "blocks" ADD COLUMN "location" text;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "folder" uuid DEFAULT gen_random_uuid() NOT NULL;