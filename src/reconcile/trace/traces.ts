import { applicationName } from '../../domain/application/mapping.ts'
import { normaliseRepoURL } from '../../domain/application/repo-url.ts'
import type { Effect } from '../../domain/effect.ts'
import { madeOnce } from '../../domain/made-once.ts'
import type { GitRepository } from '../../ports/git.ts'
import type { SpanAttributes, Tracer } from '../../ports/tracer.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from '../outbox/delivered.ts'

/** One trace for each try of an effect: which, for what, and how it came out. Errors pass through. */
export function traceEffects(tracer: Tracer, perform: (effect: Effect) => Promise<Delivered>): (effect: Effect) => Promise<Delivered> {
  return (effect) =>
    tracer.trace(effect.action.type, attributesOf(effect), async (note) => {
      const delivered = await perform(effect)
      note({ 'kedge.effect.state': delivered.state, 'kedge.effect.outcome': delivered.event })
      return delivered
    })
}

function attributesOf({ action, attempts }: Effect): SpanAttributes {
  const subject = 'revertKey' in action ? { 'kedge.revert': action.revertKey } : { 'kedge.release': action.releaseKey }
  return { 'kedge.effect': action.type, 'kedge.effect.attempt': attempts + 1, ...subject }
}

/**
 * The same environment, in which every question to Git, to the forge and to who renders is a span of its own. One repository
 * stays one: what was read of it is remembered by it.
 */
export function traceQuestions(environment: Environment, tracer: Tracer): Environment {
  const { repositories, forges, renderer } = environment
  const traced = <T extends object>(room: string, repoURL: string, target: T): T =>
    traceMethods(tracer, { room, repository: normaliseRepoURL(repoURL) }, target)
  const tracedByName = madeOnce((repository: GitRepository) => {
    const known = new Map<string, GitRepository>()
    return (repoURL: string): GitRepository => {
      const name = normaliseRepoURL(repoURL)
      const own = known.get(name) ?? traced('git', repoURL, repository)
      known.set(name, own)
      return own
    }
  })
  return {
    ...environment,
    repositories: { open: async (repoURL) => tracedByName(await repositories.open(repoURL))(repoURL) },
    forges: { forRepository: (repoURL) => traced('forge', repoURL, forges.forRepository(repoURL)) },
    renderer: {
      render: (question) =>
        tracer.span('renderer render', { 'kedge.application': applicationName(question.application) }, async (note) => {
          const rendering = await renderer.render(question)
          note({ 'kedge.rendering': rendering.result === 'rendered' ? rendering.result : rendering.why })
          return rendering
        }),
      digest: (question) =>
        tracer.span('renderer digest', { 'kedge.application': applicationName(question.application) }, () => renderer.digest(question)),
    },
  }
}

/** The methods of both ports that ask nobody and answer at once. */
const IMMEDIATE: readonly (string | symbol)[] = ['commitUrl']

function traceMethods<T extends object>(tracer: Tracer, { room, repository }: { room: string; repository: string }, target: T): T {
  return new Proxy(target, {
    get(inner, method) {
      const value: unknown = Reflect.get(inner, method)
      if (typeof value !== 'function' || IMMEDIATE.includes(method)) return value
      return (...args: readonly unknown[]) =>
        tracer.span(`${room} ${String(method)}`, { 'kedge.repository': repository }, () => Reflect.apply(value, inner, args))
    },
  })
}
