/** Tests that use what the ApplicationMaster is made of on a real ResourceManager. */
package dev.weft.yarn;
