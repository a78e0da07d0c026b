-- The bytes are deflated already: trying to compress them again would cost time and save nothing.
ALTER TABLE "content_chunks" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
