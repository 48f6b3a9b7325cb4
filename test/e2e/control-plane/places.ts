import { join } from 'node:path'

const HERE = import.meta.dirname

/** The Go modules that pin what is built. */
export const MODULES = join(HERE, 'modules')
/** Everything that is made and never committed. */
export const CACHE = join(HERE, '.cache')
/** One control plane at a time: its data, keys and kubeconfigs. Gone after `down`. */
export const RUN = join(CACHE, 'run')
/** Logs of the newest control plane; they outlive it, so that a failure can be read. */
export const LOGS = join(CACHE, 'logs')
/** The kubeconfig of an administrator; also for a person with kubectl. */
export const ADMIN_KUBECONFIG = join(RUN, 'admin.kubeconfig')
/** What `up` tells the scenarios, as JSON. */
export const STATE = join(RUN, 'control-plane.json')
