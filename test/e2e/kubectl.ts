import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ADMIN_KUBECONFIG } from './control-plane/places.ts'
import type { Play } from './play.ts'

/** Why a scenario with these commands is the bench's own. */
export const ITS_OWN_KUBECTL = "kubectl and its plugin are the bench's own builds"

/**
 * What a person types: `kubectl argo rollouts …`, by the real kubectl, which finds the real plugin on its PATH.
 * @returns what it printed
 * @throws Error in its words
 */
export function argoRollouts(play: Play, ...args: readonly string[]): Promise<string> {
  play.step(`kubectl argo rollouts ${args.join(' ')}`)
  return kubectl(play, 'argo', 'rollouts', ...args)
}

/** `kubectl …` in the scenario's namespace. @throws Error in its words */
async function kubectl(play: Play, ...args: readonly string[]): Promise<string> {
  return (await run(play, [...args, '--namespace', play.name])).stdout
}

/** `kubectl …` as it stands, with more folders of plugins on its PATH. @throws Error in its words */
export async function run(
  { stage }: Play,
  args: readonly string[],
  plugins: readonly string[] = [],
): Promise<{ stdout: string; stderr: string }> {
  const tools = stage.cluster.own?.tools
  if (tools === undefined) throw new Error('there is no kubectl of the bench here')
  const path = [tools.kubernetes, tools['argo-rollouts'], ...plugins, process.env['PATH']].join(':')
  return promisify(execFile)('kubectl', [...args], { env: { PATH: path, KUBECONFIG: ADMIN_KUBECONFIG, HOME: '/nonexistent' } })
}
