// One more port, apart from ports.ts: what is done, told to whoever collects traces. Nothing is decided on it.

/** Names as OpenTelemetry has them; those of Kedge's own begin with `kedge.`. Implementations cap and clean the values. */
export type SpanAttributes = Readonly<Record<string, string | number>>

/** What a span is about. `note` adds what is known only while it is done. */
export type TracedWork<T> = (note: (attributes: SpanAttributes) => void) => Promise<T>

/**
 * Tells how long things took, and as parts of what. Both methods answer as the work does, with its value or its error, and add no
 * fault of their own. Promises neither that a span is kept nor that it arrives.
 */
export interface Tracer {
  /** Work that is a part of nothing else, whoever set it off: timers and queues outlive the work that filled them. */
  trace<T>(name: string, attributes: SpanAttributes, work: TracedWork<T>): Promise<T>
  /** A part of the work that is under way. */
  span<T>(name: string, attributes: SpanAttributes, work: TracedWork<T>): Promise<T>
}

/** Without a collector: the work and nothing else. */
export const NO_TRACES: Tracer = {
  // Async: work that throws before it has answered is a rejection, as it is with a collector.
  trace: async (_name, _attributes, work) => work(ignore),
  span: async (_name, _attributes, work) => work(ignore),
}

function ignore(): void {}
