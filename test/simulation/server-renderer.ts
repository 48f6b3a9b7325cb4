import { createRenderingMemo } from '../../src/adapters/renderers/argocd/memo.ts'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import { notRendered, type Rendering } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { joinRenderers } from '../../src/service/join-renderers.ts'
import { NO_DIGEST } from '../no-digest.ts'

const LATER = notRendered('unpublished', 'It is rendered once it is pushed.')

/** What the server says instead of rendering, as it is at that moment. `all`: of every revision that it has not rendered yet. */
export interface Says {
  revert?: Rendering | undefined
  all?: Rendering | undefined
  /** Called when it is asked about a revert that is not pushed. */
  atPush?: () => void
}

/** A server that renders what is pushed, and remembers it as Argo CD's renderer does. */
export function server(say: Says = {}): (environment: Environment) => Environment {
  return (environment) => {
    const directory = createDirectoryRenderer(environment.repositories)
    const memo = createRenderingMemo<Rendering>()
    const reverts = new Set<string>()
    const api = {
      async digest(question: Parameters<typeof directory.digest>[0]) {
        return question.isUnpublished ? LATER : directory.digest(question)
      },
      async render(question: Parameters<typeof directory.render>[0]) {
        const [revision = ''] = question.revisions
        if (question.isUnpublished) {
          reverts.add(revision)
          say.atPush?.()
          return (await memo.known(question)) ?? LATER
        }
        const said = (): Rendering | undefined => say.all ?? (reverts.has(revision) ? say.revert : undefined)
        return memo.ask(question, async () => ({ rendering: said() ?? (await directory.render(question)), size: 0 }))
      },
    }
    const chart = { digest: NO_DIGEST, render: async () => notRendered('unsupported', 'A source is rendered by Helm.') }
    return { ...environment, renderer: joinRenderers([chart, api]) }
  }
}
