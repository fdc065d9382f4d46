/** Event time: timestamps, watermarks, idleness. */
package dev.weft.api.eventtime;
