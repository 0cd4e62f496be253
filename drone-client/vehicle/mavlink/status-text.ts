/** STATUSTEXT for people: joins the chunks of long texts and takes out control characters. Knows no link. */
import { Buffer } from 'node:buffer';
import type { common } from 'mavlink-mappings';

export type CompletedText = { readonly severity: number; readonly text: string };

type Partial = { readonly id: number; readonly severity: number; readonly chunks: string[] };

const chunkBytes = 50;
/** A chunk number is a byte, but no autopilot writes texts this long. */
const maxChunks = 16;

/** One autopilot's texts. Source: MAVLink common.xml, STATUSTEXT (`id` 0 = complete in itself). */
export class StatusTextAssembler {
  #partial: Partial | undefined;

  /** The text that this message completes; undefined while chunks are missing. A hole reads `…`. */
  push(message: common.StatusText): CompletedText | undefined {
    const { id, severity, chunkSeq, text } = message;
    if (id === 0) return { severity, text: readable(text) };
    if (this.#partial?.id !== id) this.#partial = { id, severity, chunks: [] };
    if (chunkSeq >= maxChunks) return undefined;
    const { chunks } = this.#partial;
    chunks[chunkSeq] = text;
    if (text.length === chunkBytes) return undefined;
    this.#partial = undefined;
    return {
      severity,
      text: readable(Array.from(chunks, (chunk) => chunk ?? '\u{e2}\u{80}\u{a6}').join('')),
    };
  }
}

/** The library hands out one character a byte; the bytes are UTF-8. */
function readable(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.replace(/\p{Cc}/gu, ' ').trim();
}
