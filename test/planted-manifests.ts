import { firstFiles, STORY } from '../src/simulator/world/story.ts'

/** What a plugin may have put into manifests: long, and of few possible values. */
export const PLANTED: readonly string[] = ['planted-c0ffee', 'hunter2']

const [LONG = '', SHORT = ''] = PLANTED
const PATH = `${STORY.folder}/rollout.yaml`

/** The story's files with secrets in the Rollout's template, in its other manifests, and beside them. */
export function plantedFiles(version: string, more: { password?: string } = {}): Record<string, string> {
  const text = (firstFiles(version)[PATH] ?? '').replace(
    /^( +)- name: main\n/m,
    `$&$1  env: [{ name: TOKEN, value: ${LONG} }, { name: PASSWORD, value: ${more.password ?? SHORT} }]\n$1  args: ["--key=${LONG}"]\n`,
  )
  const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: keys }\nstringData: { key: ${LONG} }\n`
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, annotations: { key: ${LONG} } }\ndata: { password: ${SHORT} }\n`
  return { [PATH]: text, [`${STORY.folder}/keys.yaml`]: `${secret}---\n${map}` }
}
