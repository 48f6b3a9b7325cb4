import { notRendered } from '../../src/domain/application/rendered.ts'
import { Sealed } from '../../src/domain/sealed.ts'
import type { Renderer, RenderQuestion } from '../../src/ports/renderer.ts'
import { NO_DIGEST } from '../no-digest.ts'
import type { ProvenBy } from './kedge-options.ts'
import { specOf, type Rendered } from './world/manifests.ts'
import type { World } from './world/world.ts'

type Unknown = ReturnType<typeof notRendered>

/** Stands for Argo CD's own: knows what each commit renders that is in the world's repository, and nothing of others. */
function createWorldRenderer(world: World): Renderer {
  function find({ application, revisions, isUnpublished }: Omit<RenderQuestion, 'rollout'>): Rendered | Unknown {
    const [revision = ''] = revisions
    if (!world.repository.store.commit(revision))
      return isUnpublished
        ? notRendered('unpublished', 'The revision is not in the repository.')
        : notRendered('failed', 'No such revision.')
    return world.repository.rendered(world.folder(application.name), revision) ?? notRendered('failed', 'It does not render.')
  }

  return {
    async digest(question) {
      const found = find(question)
      if ('result' in found) return found
      const { rollouts, analysis, config, rest } = found
      const named = (version: string, kind: string, name: string): string => JSON.stringify([version, kind, '', name])
      const own = [...rollouts].map(([name, one]) => [named('argoproj.io/v1alpha1', 'Rollout', name), `${one.key} ${one.steps}`] as const)
      const objects = new Map([
        ...own,
        [named('v1', 'ConfigMap', 'config'), config],
        [named('argoproj.io/v1alpha1', 'AnalysisTemplate', 'web'), analysis],
      ])
      return { result: 'rendered', digest: `${rest} ${own.join()}`, objects, hides: false }
    },
    async render(question) {
      const { application, rollout } = question
      const found = find(question)
      if ('result' in found) return found
      const one = found.rollouts.get(rollout.name)
      if (!one || application.destinationNamespace !== rollout.namespace) return notRendered('absent', 'The Rollout is not among it.')
      const spec = { ...specOf(rollout.name, one.steps), template: one.template }
      const rollouts = [...found.rollouts.keys()].map((name) => `${rollout.namespace}/${name}`)
      const { analysis, rest } = found
      const hashes = [...found.rollouts].map(([name, { key, steps }]) => [`${rollout.namespace}/${name}`, `${key} ${steps}`] as const)
      const parts = { rest, rollouts: new Map(hashes) }
      return { result: 'rendered', rollout: { template: new Sealed(one.template), spec: new Sealed(spec), analysis, rollouts, parts } }
    },
  }
}

/** Plain folders are read by Kedge itself; all else by who stands for Argo CD. */
export function rendererOf(world: World, by: ProvenBy, directory: Renderer): Renderer {
  if (by === 'files') return { render: async () => notRendered('unsupported', 'Nothing renders here.'), digest: NO_DIGEST }
  const argocd = createWorldRenderer(world)
  // By turns of half a minute, so that a look and the next may be told different things.
  const isAway = (): boolean => by === 'mixed' && Math.floor(world.clock.now() / 30_000) % 2 === 0
  const AWAY = notRendered('unreachable', 'Argo CD cannot be asked.')
  const of = (name: string): Renderer => (world.folder(name).tool === 'plain' ? directory : argocd)
  return {
    digest: async (question) => (isAway() ? AWAY : of(question.application.name).digest(question)),
    render: async (question) => (isAway() ? AWAY : of(question.application.name).render(question)),
  }
}
