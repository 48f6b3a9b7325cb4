import { homedir } from 'node:os'
import { join } from 'node:path'

const HERE = import.meta.dirname

/** The Go modules that pin what is built. */
export const MODULES = join(HERE, 'modules')
/** Everything that is made and never committed. */
export const CACHE = join(HERE, '.cache')
/** What was built, for every clone of this repository; it may be removed at any time. */
export const BINARIES = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kedge-bench', 'bin')
/** One control plane at a time: its data, keys and kubeconfigs. Gone after `down`. */
export const RUN = join(CACHE, 'run')
/** Logs of the newest control plane; they outlive it, so that a failure can be read. */
export const LOGS = join(CACHE, 'logs')
/** The kubeconfig of an administrator; also for a person with kubectl. */
export const ADMIN_KUBECONFIG = join(RUN, 'admin.kubeconfig')
/** What `up` tells the scenarios, as JSON. */
export const STATE = join(RUN, 'control-plane.json')
