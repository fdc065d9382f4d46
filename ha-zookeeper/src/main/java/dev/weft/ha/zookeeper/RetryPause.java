package dev.weft.ha.zookeeper;

import java.time.Duration;

/**
 * How often, and how long after a failure, something is tried again.
 *
 * @param retriesMax how often after the first time
 * @param between from a failure to the next try
 */
record RetryPause(int retriesMax, Duration between) {}
