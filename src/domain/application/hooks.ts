import { isFields, own, type Fields } from '../rollout/template-shape.ts'

/** Hooks that run when something is synced, by the names of Argo CD and of Helm. */
const HOOKS: Readonly<Record<string, RegExp>> = {
  'argocd.argoproj.io/hook': /^(?:PreSync|Sync|PostSync)$/,
  'helm.sh/hook': /^(?:crd-install|(?:pre|post)-(?:install|upgrade))$/,
}

/** Kinds that run something once. Source: Argo CD `docs/user-guide/sync-waves.md`: "usually a Pod, Job or Argo Workflows". */
export const RUN_ONCE: ReadonlySet<string> = new Set(['Job', 'Pod', 'Workflow'])

/** Whether annotations make a hook of what they stand on, one that runs when something is synced. */
export function isHook(annotations: Fields): boolean {
  return Object.entries(HOOKS).some(([name, runs]) => {
    const hooks = own(annotations, name)
    return typeof hooks === 'string' && hooks.split(',').some((hook) => runs.test(hook.trim()))
  })
}

/** Names of ConfigMaps that something which runs once mounts, or takes variables from, where it runs as a hook. */
export function readByHook(manifest: unknown): readonly string[] {
  if (!isFields(manifest) || !RUN_ONCE.has(String(own(manifest, 'kind')))) return []
  if (!isHook(fields(own(fields(own(manifest, 'metadata')), 'annotations')))) return []
  const names: string[] = []
  // Not by calls in calls: strangers nest as deep as they like.
  const left: unknown[] = [own(manifest, 'spec')]
  const seen = new Set<unknown>()
  for (let value = left.pop(); value !== undefined || left.length > 0; value = left.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const [field, member] of Object.entries(value)) {
      const name = /^configMap(?:Ref|KeyRef)?$/.test(field) ? own(fields(member), 'name') : undefined
      if (typeof name === 'string' && name !== '') names.push(name)
      left.push(member)
    }
  }
  return names
}

/** The annotation, and what it is set to; without a value where it stands for something else, such as a key's anchor. */
const ANNOTATION = /(argocd\.argoproj\.io\/hook|helm\.sh\/hook)(?![\w-])(?:["']?[ \t]*:[ \t]*["']?([^\n"'}#]*))?/g

/** Whether a text that does not parse (a template) makes a hook of what it holds, or may once it is rendered. */
export function mayBeHookInText(text: string): boolean {
  for (const [, name = '', value = ''] of text.matchAll(ANNOTATION)) {
    const hooks = value.split(',').map((hook) => hook.trim())
    if (/^(?:[>|&*!{]|$)/.test(value.trim()) || value.includes('{{') || hooks.some((hook) => HOOKS[name]?.test(hook))) return true
  }
  return hasTemplatedAnnotations(text)
}

/** Whether the annotations of the object itself come out of a template: a helper, `toYaml`, or a name that is one. */
function hasTemplatedAnnotations(text: string): boolean {
  if (!text.includes('{{')) return false
  // What runs has annotations of its own within `spec`, and these make no hook.
  const [head = ''] = text.split(/^spec[ \t]*:/m, 1)
  // All of `metadata`, or a part of it that is put in as deep as `annotations` stands.
  if (WHOLE.some((one) => one.test(head))) return true
  let indent: number | undefined
  for (const line of head.split('\n')) {
    // With all that ends it: a file of Windows has a return there.
    const [, space = '', key, rest = ''] = /^([ \t]*)(annotations[ \t]*:)?(.*)$/s.exec(line) ?? []
    if (key !== undefined) {
      indent = space.length
      continue
    }
    if (indent === undefined || rest.trim() === '') continue
    const isAction = rest.startsWith('{{')
    if (isAction && !CONTROL.test(rest)) return true
    if (!isAction && space.length <= indent) indent = undefined
  }
  return false
}

const WHOLE = [
  /metadata["']?[ \t]*:[ \t]*\{?[ \t]*\{\{/,
  /annotations["']?[ \t]*:[^\n}]{0,200}\{\{/,
  /^[ \t]*\{\{[^\n]{0,200}\bn?indent 2\b/m,
] as const

/** These bring no annotation by themselves. */
const CONTROL = /^\{\{-?[ \t]*(?:if|else|end|with|range|\/\*|\$?\w+[ \t]*:=)/

export function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}
