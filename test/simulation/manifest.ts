import { notRendered } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { NO_DIGEST } from '../no-digest.ts'
import { podTemplate, type Raw } from './objects.ts'

/** A manifest for the app's folder, of one Rollout or several: the image tag is what a release changes. */
export function manifest(tag: string, ...names: readonly string[]): string {
  return (names.length > 0 ? names : ['web']).map((name) => JSON.stringify(rolloutOf(name, tag), null, 1)).join('\n---\n')
}

function rolloutOf(name: string, tag: string): Raw {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name }, spec: { template: podTemplate(name, tag) } }
}

/** As where a chart makes the manifests: nothing can be rendered, so files have to do. */
export function byFiles(environment: Environment): Environment {
  return {
    ...environment,
    renderer: { render: async () => notRendered('unsupported', 'A source is rendered by Helm.'), digest: NO_DIGEST },
  }
}
