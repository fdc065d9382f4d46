/** Windows over keyed streams. */
package dev.weft.api.windowing;
