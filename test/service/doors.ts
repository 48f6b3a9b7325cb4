import type { createMemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { memoryMarkdown } from '../../src/adapters/forges/memory/forge.ts'
import type { HostedForges } from '../../src/ports/forge.ts'
import type { GitRepositories } from '../../src/ports/git.ts'
import { NO_TRACES } from '../../src/ports/tracer.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { traceQuestions } from '../../src/reconcile/trace/traces.ts'
import { fenceForges, fenceRepositories } from '../../src/service/fence.ts'
import { followMoves } from '../../src/service/follow-moves.ts'
import { joinForges } from '../../src/service/join-forges.ts'
import { createMoves } from '../../src/service/moves.ts'
import { forgesOf } from '../../src/service/replaceable.ts'
import { rememberLog } from '../remember-log.ts'

export const mayAct = (): void => undefined

/** As `serve` reaches forges: joined, renewed, fenced, traced. */
export function throughAllDoors(memory: ReturnType<typeof createMemoryForges>): HostedForges {
  const vendor = { ...memory, credentialsFor: async () => undefined, rateLimitRemaining: () => new Map<string, number>() }
  const moves = createMoves({ allows: () => true, now: () => 0, logger: rememberLog().logger })
  const joined = joinForges([{ gitHost: 'git.example', forges: vendor, markup: memoryMarkdown }], moves)
  return fenceForges(forgesOf({ now: joined }), mayAct)
}

/** As `serve` reaches repositories: followed, fenced, traced. */
export function gitThroughAllDoors(repositories: GitRepositories): GitRepositories {
  const forges: HostedForges = {
    forRepository: () => {
      throw new Error('nothing has moved')
    },
    credentialsFor: async () => undefined,
    rateLimitRemaining: () => new Map(),
    addressNow: (url) => url,
  }
  const fenced = fenceRepositories(followMoves(repositories, forges), mayAct)
  return traceQuestions({ repositories: fenced, forges, renderer: {} } as unknown as Environment, NO_TRACES).repositories
}
