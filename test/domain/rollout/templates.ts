import { matchTemplate, type LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import cases from './kept-templates.json' with { type: 'json' }

/** JSON that is looked into by path. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Templates as they are rendered, and as Kubernetes keeps them. */
export const KEPT = cases as unknown as readonly { rendered: Json; kept: Json }[]

/** What runs of a template. */
export function live(template: unknown, ephemeralMetadata?: string): LiveTemplate {
  return { template: new Sealed(template), ephemeralMetadata }
}

/** The paths in which the two differ, or in a word how they compare. */
export function match(rendered: unknown, kept: unknown, ephemeral?: string): string {
  const found = matchTemplate(new Sealed(rendered), live(kept, ephemeral))
  return found.result === 'differs' ? found.paths.join(' ') : found.result
}

/** A template of one container. */
export function template(
  container: object = {},
  metadata: object = { labels: { app: 'web' } },
): { metadata: object; spec: { containers: object[] } } {
  return { metadata, spec: { containers: [{ name: 'main', image: 'web:1', ...container }] } }
}

/** What the API server and the controller make of it. */
export function kept(container: object = {}, labels: object = {}): unknown {
  const { kept: full } = KEPT[0] as unknown as { kept: { spec: { containers: object[] } } }
  return {
    ...full,
    metadata: { labels: { app: 'web', 'rollouts-pod-template-hash': '778d7cc886', ...labels } },
    spec: { ...full.spec, containers: [{ ...full.spec.containers[0], image: 'web:1', imagePullPolicy: 'IfNotPresent', ...container }] },
  }
}

/** Every place below a value that is no mapping or list, and every one that is. */
export function places(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => places(item, [...path, index]))]
  if (typeof value === 'object' && value !== null)
    return [path, ...Object.entries(value).flatMap(([name, item]) => places(item, [...path, name]))]
  return [path]
}

/** What stands at a place. */
export function at(value: Json, path: readonly (string | number)[]): Json {
  return path.reduce<Json>((inner, step) => (inner as Record<string | number, Json>)[step]!, value)
}

/** A copy with another value at a place; without one, the place is gone. */
export function changed(value: Json, [step, ...rest]: readonly (string | number)[], put: Json | undefined): Json {
  if (step === undefined) return put ?? null
  const copy = structuredClone(value) as Record<string | number, Json>
  if (rest.length > 0) copy[step] = changed(copy[step]!, rest, put)
  else if (put !== undefined) copy[step] = put
  else if (Array.isArray(copy)) copy.splice(Number(step), 1)
  else delete copy[step]
  return copy
}
