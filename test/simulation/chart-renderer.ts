import type { CommitSha } from '../../src/domain/application/commit.ts'
import { notRendered, pickRollout } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { NO_DIGEST } from '../no-digest.ts'
import { REPO } from './application.ts'
import { podTemplate } from './objects.ts'

const FOLDER = 'apps/web'

/** A chart that makes a Rollout of each line `name: tag` of its values. */
export function chartOf(values: Readonly<Record<string, string>>): Record<string, string> {
  const lines = Object.entries(values).map(([name, tag]) => `${name}: ${tag}\n`)
  return {
    [`${FOLDER}/Chart.yaml`]: 'name: web\n',
    [`${FOLDER}/values.yaml`]: lines.join(''),
  }
}

/** What somebody forgets in a file after a merge. */
export const BROKEN = '<<<<<<< HEAD\n'

/** Renders such charts, as who calls Helm would; `values-prod.yaml` has the last word. */
export function rendersCharts(environment: Environment): Environment {
  const { repositories } = environment
  return {
    ...environment,
    renderer: {
      digest: NO_DIGEST,
      async render({ application, revisions: [revision], rollout }) {
        const repository = await repositories.open(REPO)
        const files = await repository.readFiles(
          revision as CommitSha,
          [`${FOLDER}/values.yaml`, `${FOLDER}/values-prod.yaml`, `${FOLDER}/templates/config.yaml`],
          10_000,
        )
        const values = files[`${FOLDER}/values.yaml`]
        if (values === undefined) return notRendered('failed', 'There is no chart.')
        const isWhole = [values, files[`${FOLDER}/templates/config.yaml`] ?? ''].every((text) => !text.includes(BROKEN))
        if (!isWhole) return notRendered('failed', 'Helm could not render this revision.')
        const lines = `${values}\n${files[`${FOLDER}/values-prod.yaml`] ?? ''}`.matchAll(/^(\w+): (\S+)$/gm)
        const tags = [...new Map([...lines].map(([, name = '', tag = '']) => [name, tag] as const))]
        const manifests = tags.map(([name, tag]) => ({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Rollout',
          metadata: { name },
          spec: { template: podTemplate(name, tag) },
        }))
        const hashes = {
          rest: files[`${FOLDER}/templates/config.yaml`] ?? '',
          of: new Map(manifests.map((one, at) => [one, String(tags[at])])),
        }
        return pickRollout({ manifests, namespace: application.destinationNamespace, analysis: '', irreversible: [], hashes }, rollout)
      },
    },
  }
}
