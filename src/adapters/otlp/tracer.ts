import { AsyncLocalStorage } from 'node:async_hooks'
import type { Attributes, Context } from '@opentelemetry/api'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { KedgeError } from '../../domain/errors.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { Logger } from '../../ports/log.ts'
import type { SpanAttributes, TracedWork, Tracer } from '../../ports/tracer.ts'

export interface OtlpOptions {
  /** Where spans are posted, path included. */
  url: string
  /** Sent with every request; may hold a credential. */
  headers: Readonly<Record<string, string>>
  /** The share of traces that is kept, in [0, 1]. */
  sampleRatio: number
  /** Of Kedge. */
  version: string
  logger: Logger
  /** Takes secrets out of a text. */
  redact: (text: string) => string
}

const MAX_TEXT = 256
/** How long one batch may take; the end of the process waits no longer than that either. */
const TIMEOUT_MS = 5_000

/**
 * Sends spans by OTLP over HTTP, in batches and beside the work. A collector that does not answer costs the spans (2,048 wait at most)
 * and one line in the log. Nothing of OpenTelemetry's SDK is loaded before this is called. Its times are the SDK's own, finer than the
 * clock's: nothing is decided on them.
 */
export async function createOtlpTracer(options: OtlpOptions): Promise<Tracer & AsyncDisposable> {
  const [{ ROOT_CONTEXT, SpanStatusCode, trace }, provider] = await Promise.all([import('@opentelemetry/api'), createProvider(options)])
  const tracer = provider.getTracer('kedge', options.version)
  const clean = (text: string): string => plainText(options.redact(text), MAX_TEXT)
  const cleanAll = (attributes: SpanAttributes): Attributes =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? clean(value) : value]))
  const underWay = new AsyncLocalStorage<Context>()

  async function run<T>(parent: Context, name: string, attributes: SpanAttributes, work: TracedWork<T>): Promise<T> {
    const span = tracer.startSpan(name, { attributes: cleanAll(attributes) }, parent)
    try {
      const value = await underWay.run(trace.setSpan(parent, span), () => work((more) => void span.setAttributes(cleanAll(more))))
      span.setAttribute('kedge.result', 'ok')
      return value
    } catch (error) {
      span.setAttributes({ 'kedge.result': 'error', 'error.type': clean(typeOf(error)) })
      span.setStatus({ code: SpanStatusCode.ERROR, message: clean(wordsOf(error)) })
      throw error
    } finally {
      span.end()
    }
  }

  return {
    trace: (name, attributes, work) => run(ROOT_CONTEXT, name, attributes, work),
    span: (name, attributes, work) => run(underWay.getStore() ?? ROOT_CONTEXT, name, attributes, work),
    async [Symbol.asyncDispose]() {
      // What could not be sent has been logged; the end is no worse for it.
      await provider.shutdown().catch(() => undefined)
    },
  }
}

async function createProvider({ url, headers, sampleRatio, version, logger }: OtlpOptions) {
  const [
    { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider },
    { OTLPTraceExporter },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const exporter = tellTrouble(
    new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: TIMEOUT_MS }),
    new URL(url).host,
    logger,
  )
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'kedge', 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: TIMEOUT_MS })],
  })
}

/** Says once that spans do not get through, and once that they do again: a line for each batch would be the louder fault. */
function tellTrouble(exporter: SpanExporter, collector: string, logger: Logger): SpanExporter {
  let failing = false
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        // The codes are an enum of a package that need not be imported for one number: 0 is success.
        const failed = result.code !== 0
        if (failed && !failing)
          logger.warn('traces do not reach the collector and are dropped until they do', {
            collector,
            error: result.error?.message ?? 'unknown',
          })
        if (!failed && failing) logger.info('traces reach the collector again', { collector })
        failing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/** Of work of others: what it throws need be no error, and of some values no text can be made. */
function wordsOf(error: unknown): string {
  if (error instanceof Error) return String(error.message)
  return typeof error === 'string' ? error : `no error, but ${typeof error}`
}

function typeOf(error: unknown): string {
  if (error instanceof KedgeError) return error.code
  return error instanceof Error ? String(error.name) : typeof error
}
