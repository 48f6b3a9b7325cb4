import { createArgocdRenderer } from '../../../../src/adapters/renderers/argocd/renderer.ts'
import type { Renderer } from '../../../../src/ports/renderer.ts'
import { startArgoCdApi, type ArgoCdApi } from '../../../../src/simulator/argo-cd-api.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import type { KubeObject } from '../../../../src/simulator/kubernetes/object.ts'
import { createObjectStore } from '../../../../src/simulator/kubernetes/store.ts'
import type { Origin } from '../../../contract/git/origin.ts'
import type { RendererCase } from '../../../contract/renderer.ts'

export const TOKEN = 'argocd-token-of-a-test'

/** Argo CD's API over a repository, and the renderer that asks it. */
export interface ApiWorld extends RendererCase {
  api: ArgoCdApi
  renderer: Renderer & AsyncDisposable
}

export async function openApiWorld(origin: Origin, may: (application: string) => boolean = () => true, token = TOKEN): Promise<ApiWorld> {
  const clock = createSystemClock()
  const store = createObjectStore(clock)
  const git = (...args: string[]): string | undefined => {
    try {
      return origin.git(args)
    } catch {
      return undefined
    }
  }
  const api = await startArgoCdApi({
    clock,
    store,
    accounts: { [TOKEN]: may },
    repository: () => ({
      resolve: async (revision) => git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`),
      readFolder: async (revision, folder) => {
        const paths =
          git('ls-tree', '-r', '--name-only', revision, '--', `${folder}/`)
            ?.split('\n')
            .filter((path) => path !== '') ?? []
        return new Map(paths.map((path) => [path, git('show', `${revision}:${path}`) ?? '']))
      },
    }),
  })
  const renderer = createArgocdRenderer({ url: api.url, token: () => token })
  return {
    api,
    renderer,
    apply: (application) => void store.apply(application as KubeObject),
    async [Symbol.asyncDispose]() {
      await renderer[Symbol.asyncDispose]()
      await api[Symbol.asyncDispose]()
    },
  }
}
