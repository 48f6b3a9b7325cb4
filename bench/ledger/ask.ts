import { percentile } from '../latency/percentile.ts'

/** What somebody got who asked again and again. */
export interface Answers {
  /** Milliseconds until each answer, whatever it said. */
  ms: readonly number[]
  /** How long after the first question the slowest was asked, in milliseconds. */
  slowestAt: number
  /** How often each status was answered. */
  statuses: ReadonlyMap<number, number>
  /** Questions without an answer: nobody listened, or the connection was cut. */
  unanswered: number
}

/** Asks so many times a second, each time whether or not it was answered before, until it is stopped. */
export function askRegularly(url: string, perSecond: number): { stop(): Promise<Answers> } {
  const ms: number[] = []
  const statuses = new Map<number, number>()
  const asked: Promise<void>[] = []
  let unanswered = 0
  let slowestAt = 0
  const begun = performance.now()
  async function ask(): Promise<void> {
    const began = performance.now()
    try {
      const answer = await fetch(url)
      await answer.arrayBuffer()
      const took = performance.now() - began
      if (ms.every((other) => took > other)) slowestAt = began - begun
      ms.push(took)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    } catch {
      unanswered += 1
    }
  }
  const asking = setInterval(() => void asked.push(ask()), 1_000 / perSecond)
  return {
    async stop() {
      clearInterval(asking)
      await Promise.all(asked)
      return { ms, slowestAt, statuses, unanswered }
    },
  }
}

/** As it is printed, with a goal that the slowest is held against. */
export function spellAnswers({ ms, slowestAt, statuses, unanswered }: Answers, goalMs: number): string {
  const said = [...statuses].map(([status, count]) => `${count} with ${status}`).join(', ')
  const [median, p99, max] = [0.5, 0.99, 1].map((share) => percentile(ms, share).toFixed(0))
  const slowest = `max ${max} ms (asked after ${(slowestAt / 1_000).toFixed(1)} s)`
  return `${ms.length} answers (${said}; ${unanswered} unanswered), median ${median} ms, p99 ${p99} ms, ${slowest}; goal ${goalMs} ms`
}
