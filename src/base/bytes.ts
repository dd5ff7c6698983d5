/** The same bytes as a Buffer; none are copied. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Everything that flows, in one piece: only for what is known to be small. */
export async function collect(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return asBuffer(bytes);
  const chunks: Uint8Array[] = [];
  // A chunk may be good only until the next is asked for.
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}
